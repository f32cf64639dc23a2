// scale.go - the rows of ../scale.c in Go: build it with and without -race.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var gate = make(chan int64)
var alive, finished sync.WaitGroup
var nLive, nOps, madeBytes int64
var beganWall time.Time
var beganCPU int64

func cpu() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func status(key string) int64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, key) {
			n, _ := strconv.ParseInt(strings.Fields(line)[1], 10, 64)
			return n * 1024
		}
	}
	return 0
}

func begin() {
	madeBytes = status("VmRSS:")
	beganWall = time.Now()
	beganCPU = cpu()
}

func end(row string, ops int64) {
	wall, used := time.Since(beganWall), cpu()-beganCPU
	fmt.Printf("SCALE %s %d %d %d %d %d %d 0 %d\n", row, nLive, ops, wall.Nanoseconds(), used,
		madeBytes, status("VmRSS:"), status("VmPTE:"))
}

func passOn(from, to chan int64) {
	alive.Done()
	for i := int64(0); i < nOps; i++ {
		to <- <-from + 1
	}
}

func ring() {
	wall, used := time.Now(), cpu()
	first := make(chan int64)
	from := first
	alive.Add(int(nLive))
	for i := int64(0); i < nLive; i++ {
		to := make(chan int64)
		go passOn(from, to)
		from = to
	}
	alive.Wait()
	begin()
	beganWall, beganCPU = wall, used
	token := int64(0)
	for i := int64(0); i < nOps; i++ {
		first <- token
		token = <-from
	}
	end("ring", nLive*nOps)
}

func channel(capacity int) {
	ch := make(chan int64, capacity)
	go func() {
		for i := int64(0); i < nOps; i++ {
			ch <- i
		}
	}()
	for i := int64(0); i < nOps; i++ {
		<-ch
	}
}

var mu sync.Mutex
var guarded int64

func contended() {
	var both sync.WaitGroup
	both.Add(2)
	for g := 0; g < 2; g++ {
		go func() {
			for i := int64(0); i < nOps/2; i++ {
				mu.Lock()
				guarded++
				mu.Unlock()
				runtime.Gosched()
			}
			both.Done()
		}()
	}
	both.Wait()
}

func waitgroups() {
	var round sync.WaitGroup
	for i := int64(0); i < nOps; i++ {
		round.Add(1)
		go func() { round.Done() }()
		round.Wait()
	}
}

func main() {
	row := os.Args[1]
	nLive, _ = strconv.ParseInt(os.Args[2], 10, 64)
	nOps, _ = strconv.ParseInt(os.Args[3], 10, 64)
	if row == "ring" {
		ring()
		return
	}
	alive.Add(int(nLive))
	finished.Add(int(nLive))
	for i := int64(0); i < nLive; i++ {
		go func() {
			alive.Done()
			<-gate
			finished.Done()
		}()
	}
	alive.Wait()
	begin()
	switch row {
	case "chan":
		channel(0)
	case "buffered":
		channel(64)
	case "lock":
		for i := int64(0); i < nOps; i++ {
			mu.Lock()
			guarded++
			mu.Unlock()
		}
	case "contended":
		contended()
	case "waitgroup":
		waitgroups()
	}
	end(row, nOps)
	close(gate)
	finished.Wait()
}
