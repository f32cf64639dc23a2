//go:build ignore

// rt.go: the rows of ../*.c in Go, one per process: rt NAME [N]
// prints RT name ops wall_ns cpu_ns bytes_each (bytes: resident growth per goroutine, else 0).
// GOMAXPROCS comes from the environment; so do BENCH_PARKED and BENCH_TIMERS, goroutines and timers
// that wait in the background.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func cpu() int64 {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return r.Utime.Nano() + r.Stime.Nano()
}
func rss() int {
	b, _ := os.ReadFile("/proc/self/statm")
	n, _ := strconv.Atoi(strings.Fields(string(b))[1])
	return n * os.Getpagesize()
}

var w0 time.Time
var c0 int64
var name string

func begin() { c0 = cpu(); w0 = time.Now() }
func end(ops int, bytes int) {
	w := time.Since(w0).Nanoseconds()
	fmt.Println("RT", name, ops, w, cpu()-c0, bytes)
}

func spawnJoin(n int) { // all spawned at once
	var wg sync.WaitGroup
	begin()
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func() { wg.Done() }()
	}
	wg.Wait()
	end(n, 0)
}
func spawnBatch(n int) { // batches of 1000, so that -race stays under its limit
	begin()
	for k := 0; k < n/1000; k++ {
		var wg sync.WaitGroup
		wg.Add(1000)
		for i := 0; i < 1000; i++ {
			go func() { wg.Done() }()
		}
		wg.Wait()
	}
	end(n, 0)
}
func park(n int) { // n goroutines parked on a channel: resident bytes each
	c, done := make(chan int), make(chan int)
	runtime.GC()
	r0 := rss()
	begin()
	for i := 0; i < n; i++ {
		go func() { <-c; done <- 1 }()
	}
	for i := 0; i < 200; i++ {
		runtime.Gosched()
	}
	time.Sleep(50 * time.Millisecond)
	b := (rss() - r0) / n
	close(c)
	for i := 0; i < n; i++ {
		<-done
	}
	end(n, b)
}
func yield(n int) { // 2 goroutines, n switches in all
	var wg sync.WaitGroup
	wg.Add(2)
	begin()
	for g := 0; g < 2; g++ {
		go func() {
			for i := 0; i < n/2; i++ {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	end(n, 0)
}
func chanUnbuf(n int) { // round trips over two unbuffered channels
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
		close(b)
	}()
	begin()
	for i := 0; i < n; i++ {
		a <- i
		<-b
	}
	end(n, 0)
}
func chanBuf(capacity int) func(int) {
	return func(n int) {
		c := make(chan int, capacity)
		begin()
		go func() {
			for i := 0; i < n; i++ {
				c <- i
			}
			close(c)
		}()
		s := 0
		for v := range c {
			s += v
		}
		end(n, 0)
	}
}
func selN(k int) func(int) { // k buffered channels, exactly one ready
	return func(n int) {
		cs := make([]chan int, 64)
		for i := range cs {
			cs[i] = make(chan int, 1)
		}
		begin()
		for i := 0; i < n; i++ {
			cs[i%k] <- i
			switch k {
			case 2:
				select {
				case <-cs[0]:
				case <-cs[1]:
				}
			case 8:
				select {
				case <-cs[0]:
				case <-cs[1]:
				case <-cs[2]:
				case <-cs[3]:
				case <-cs[4]:
				case <-cs[5]:
				case <-cs[6]:
				case <-cs[7]:
				}
			case 64:
				sel64(cs)
			}
		}
		end(n, 0)
	}
}
func sel64(c []chan int) {
	select {
	case <-c[0]:
	case <-c[1]:
	case <-c[2]:
	case <-c[3]:
	case <-c[4]:
	case <-c[5]:
	case <-c[6]:
	case <-c[7]:
	case <-c[8]:
	case <-c[9]:
	case <-c[10]:
	case <-c[11]:
	case <-c[12]:
	case <-c[13]:
	case <-c[14]:
	case <-c[15]:
	case <-c[16]:
	case <-c[17]:
	case <-c[18]:
	case <-c[19]:
	case <-c[20]:
	case <-c[21]:
	case <-c[22]:
	case <-c[23]:
	case <-c[24]:
	case <-c[25]:
	case <-c[26]:
	case <-c[27]:
	case <-c[28]:
	case <-c[29]:
	case <-c[30]:
	case <-c[31]:
	case <-c[32]:
	case <-c[33]:
	case <-c[34]:
	case <-c[35]:
	case <-c[36]:
	case <-c[37]:
	case <-c[38]:
	case <-c[39]:
	case <-c[40]:
	case <-c[41]:
	case <-c[42]:
	case <-c[43]:
	case <-c[44]:
	case <-c[45]:
	case <-c[46]:
	case <-c[47]:
	case <-c[48]:
	case <-c[49]:
	case <-c[50]:
	case <-c[51]:
	case <-c[52]:
	case <-c[53]:
	case <-c[54]:
	case <-c[55]:
	case <-c[56]:
	case <-c[57]:
	case <-c[58]:
	case <-c[59]:
	case <-c[60]:
	case <-c[61]:
	case <-c[62]:
	case <-c[63]:
	}
}
func selContended(n int) { // 4 producers on 4 unbuffered channels, 4 selecting consumers
	var c [4]chan int
	done := make(chan bool)
	for i := range c {
		c[i] = make(chan int)
	}
	var wg sync.WaitGroup
	wg.Add(4)
	begin()
	for g := 0; g < 4; g++ {
		go func() {
			defer wg.Done()
			for {
				select {
				case <-c[0]:
				case <-c[1]:
				case <-c[2]:
				case <-c[3]:
				case <-done:
					return
				}
			}
		}()
	}
	var pw sync.WaitGroup
	pw.Add(4)
	for g := 0; g < 4; g++ {
		go func(g int) {
			for i := 0; i < n/4; i++ {
				c[g] <- i
			}
			pw.Done()
		}(g)
	}
	pw.Wait()
	close(done)
	wg.Wait()
	end(n, 0)
}
func selDefault(n int) { // non-blocking receive from an empty channel
	c := make(chan int)
	begin()
	for i := 0; i < n; i++ {
		select {
		case <-c:
		default:
		}
	}
	end(n, 0)
}
func fanin(n int) {
	c := make(chan int)
	begin()
	for g := 0; g < 100; g++ {
		go func() {
			for i := 0; i < n/100; i++ {
				c <- i
			}
		}()
	}
	for i := 0; i < n/100*100; i++ {
		<-c
	}
	end(n, 0)
}
func mutexN(g int) func(int) {
	return func(n int) {
		var m sync.Mutex
		var wg sync.WaitGroup
		x := 0
		wg.Add(g)
		begin()
		for k := 0; k < g; k++ {
			go func() {
				for i := 0; i < n/g; i++ {
					m.Lock()
					x++
					m.Unlock()
				}
				wg.Done()
			}()
		}
		wg.Wait()
		end(n, 0)
	}
}
func rwN(g, writeEvery int) func(int) {
	return func(n int) {
		var m sync.RWMutex
		var wg sync.WaitGroup
		x, s := 0, 0
		wg.Add(g)
		begin()
		for k := 0; k < g; k++ {
			go func() {
				t := 0
				for i := 0; i < n/g; i++ {
					if writeEvery > 0 && i%writeEvery == 0 {
						m.Lock()
						x++
						m.Unlock()
					} else {
						m.RLock()
						t += x
						m.RUnlock()
					}
				}
				m.Lock()
				s += t
				m.Unlock()
				wg.Done()
			}()
		}
		wg.Wait()
		end(n, 0)
	}
}
func waitgroup(n int) { // Add+Done pairs, then Wait, on one goroutine
	var wg sync.WaitGroup
	begin()
	for i := 0; i < n; i++ {
		wg.Add(1)
		wg.Done()
		wg.Wait()
	}
	end(n, 0)
}
func sleepers(n int) { // n goroutines sleep 1..100 ms; time past the last due instant = lateness
	var wg sync.WaitGroup
	r0 := rss()
	wg.Add(n)
	begin()
	for i := 0; i < n; i++ {
		go func(i int) {
			time.Sleep(time.Duration(1+i%100) * time.Millisecond)
			wg.Done()
		}(i)
	}
	wg.Wait()
	end(n, (rss()-r0)/n)
}
func after(n int) { // select { case <-c; case <-time.After(1s) } with c always ready
	c := make(chan int, 1)
	begin()
	for i := 0; i < n; i++ {
		c <- i
		select {
		case <-c:
		case <-time.After(time.Second):
		}
	}
	end(n, 0)
}
func closeBcast(n int) {
	c := make(chan int)
	var wg, up sync.WaitGroup
	wg.Add(n)
	up.Add(n)
	for i := 0; i < n; i++ {
		go func() { up.Done(); <-c; wg.Done() }()
	}
	up.Wait()
	time.Sleep(20 * time.Millisecond)
	begin()
	close(c)
	wg.Wait()
	end(n, 0)
}
func sieve(n int) { // n-th prime by a chain of filters
	ch := make(chan int)
	begin()
	go func(out chan int) {
		for i := 2; ; i++ {
			out <- i
		}
	}(ch)
	for i := 0; i < n; i++ {
		p := <-ch
		c1 := make(chan int)
		go func(in, out chan int, p int) {
			for {
				if v := <-in; v%p != 0 {
					out <- v
				}
			}
		}(ch, c1, p)
		ch = c1
	}
	end(n, 0)
}
func pool(n int) { // 3 workers, jobs and results channels of capacity 100
	jobs, results := make(chan int, 100), make(chan int, 100)
	begin()
	for w := 0; w < 3; w++ {
		go func() {
			for j := range jobs {
				results <- j * 2
			}
		}()
	}
	go func() {
		for j := 0; j < n; j++ {
			jobs <- j
		}
		close(jobs)
	}()
	for i := 0; i < n; i++ {
		<-results
	}
	end(n, 0)
}
func ctxTree(n int) { // n nodes, fan-out 10: build, cancel the root, check the leaves
	root, cancel := context.WithCancel(context.Background())
	nodes := make([]context.Context, n)
	nodes[0] = root
	begin()
	for i := 1; i < n; i++ {
		nodes[i], _ = context.WithCancel(nodes[(i-1)/10])
	}
	cancel()
	for _, c := range nodes {
		<-c.Done()
	}
	end(n, 0)
}

func fromEnvironment(name string) int {
	n, _ := strconv.Atoi(os.Getenv(name))
	return n
}
func fillBackground() {
	gate := make(chan struct{})
	parked, timers := fromEnvironment("BENCH_PARKED"), fromEnvironment("BENCH_TIMERS")
	for i := 0; i < parked; i++ {
		go func() { <-gate }()
	}
	for i := 0; i < timers; i++ {
		time.NewTimer(time.Hour + time.Duration(i))
	}
	for i := 0; parked > 0 && i < 200; i++ {
		runtime.Gosched()
	}
	if parked > 0 {
		time.Sleep(50 * time.Millisecond)
	}
}

func main() {
	type b struct {
		f func(int)
		n int
	}
	m := map[string]b{
		"spawn_join": {spawnJoin, 1000000}, "spawn_batch": {spawnBatch, 1000000},
		"park_1e3": {park, 1000}, "park_5e3": {park, 5000}, "park_1e5": {park, 100000}, "park_1e6": {park, 1000000},
		"yield": {yield, 4000000}, "chan_unbuf": {chanUnbuf, 1000000},
		"chan_buf1": {chanBuf(1), 2000000}, "chan_buf128": {chanBuf(128), 4000000},
		"select2": {selN(2), 2000000}, "select8": {selN(8), 1000000}, "select64": {selN(64), 200000},
		"select_contended": {selContended, 400000}, "select_default": {selDefault, 20000000},
		"fanin100": {fanin, 1000000}, "mutex_1": {mutexN(1), 20000000}, "mutex_2": {mutexN(2), 10000000},
		"mutex_8": {mutexN(8), 8000000}, "mutex_1000": {mutexN(1000), 5000000},
		"rwmutex_r1": {rwN(1, 0), 10000000}, "rwmutex_r8": {rwN(8, 0), 8000000}, "rwmutex_w10": {rwN(8, 10), 4000000},
		"waitgroup": {waitgroup, 10000000}, "sleepers_1e5": {sleepers, 100000}, "sleepers_5e3": {sleepers, 5000},
		"time_after": {after, 500000}, "close_1e4": {closeBcast, 10000}, "close_5e3": {closeBcast, 5000},
		"sieve": {sieve, 1000}, "pool": {pool, 1000000}, "ctx_1e4": {ctxTree, 10000},
	}
	name = os.Args[1]
	p, ok := m[name]
	if !ok {
		os.Exit(2)
	}
	if len(os.Args) > 2 {
		p.n, _ = strconv.Atoi(os.Args[2])
	}
	fillBackground()
	p.f(p.n)
}
