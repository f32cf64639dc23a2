/* syscall_hooks.S - what may a program call around the system calls that it makes itself?
 *
 * A program that clang builds with -fsanitize=thread finds itself built for a sanitizer
 * (__has_feature(thread_sanitizer)), and may then tell it of system calls made without libc's
 * functions, by <sanitizer/linux_syscall_hooks.h>, as libuv does. The header's functions must be
 * there, or the program does not link. One of them bears on order: a close lets a reader see the
 * end [HB-IO-01], so it goes where an interposed close goes (raddle_detector_closes, files.c), if a
 * detector is there. All others return: what a bare system call reads and writes is not seen,
 * said or not.
 *
 * A member of its own, taken from the archive only by programs that call one of these.
 */
    .macro quiet when, name
    .globl __sanitizer_syscall_\when\()_impl_\name
    .hidden __sanitizer_syscall_\when\()_impl_\name
    .type __sanitizer_syscall_\when\()_impl_\name, @function
__sanitizer_syscall_\when\()_impl_\name:
    .endm

    .macro syscalls names:vararg
    .irp name, \names
    quiet pre, \name
    quiet post, \name
    .endr
    .endm

    .text
    .p2align 4
    quiet pre, close
    mov raddle_detector_closes@GOTPCREL(%rip), %rax
    test %rax, %rax
    jz 1f
    jmp *%rax
    .weak raddle_detector_closes

    quiet post, close
    syscalls accept, accept4, access, acct, add_key, adjtimex, alarm, bdflush, bind, brk, capget
    syscalls capset, chdir, chmod, chown, chown16, chroot, clock_adjtime, clock_getres
    syscalls clock_gettime, clock_nanosleep, clock_settime, connect, creat, delete_module
    syscalls dup, dup2, dup3, epoll_create, epoll_create1, epoll_ctl, epoll_pwait, epoll_pwait2
    syscalls epoll_wait, eventfd, eventfd2, exit, exit_group, faccessat, fanotify_init
    syscalls fanotify_mark, fchdir, fchmod, fchmodat, fchown, fchown16, fchownat, fcntl, fcntl64
    syscalls fdatasync, fgetxattr, flistxattr, flock, fork, fremovexattr, fsetxattr, fstat
    syscalls fstat64, fstatat64, fstatfs, fstatfs64, fsync, ftruncate, futex, futimesat
    syscalls get_mempolicy, get_robust_list, getcpu, getcwd, getdents, getdents64, getegid
    syscalls getegid16, geteuid, geteuid16, getgid, getgid16, getgroups, getgroups16, gethostname
    syscalls getitimer, getpeername, getpgid, getpgrp, getpid, getppid, getpriority, getresgid
    syscalls getresgid16, getresuid, getresuid16, getrlimit, getrusage, getsid, getsockname
    syscalls getsockopt, gettid, gettimeofday, getuid, getuid16, getxattr, init_module
    syscalls inotify_add_watch, inotify_init, inotify_init1, inotify_rm_watch, io_cancel
    syscalls io_destroy, io_getevents, io_setup, io_submit, ioctl, ioperm, ioprio_get, ioprio_set
    syscalls ipc, kexec_load, keyctl, kill, lchown, lchown16, lgetxattr, link, linkat, listen
    syscalls listxattr, llistxattr, llseek, lookup_dcookie, lremovexattr, lseek, lsetxattr, lstat
    syscalls lstat64, madvise, mbind, migrate_pages, mincore, mkdir, mkdirat, mknod, mknodat
    syscalls mlock, mlockall, mmap_pgoff, mount, move_pages, mprotect, mq_getsetattr, mq_notify
    syscalls mq_open, mq_timedreceive, mq_timedsend, mq_unlink, mremap, msgctl, msgget, msgrcv
    syscalls msgsnd, msync, munlock, munlockall, munmap, name_to_handle_at, nanosleep, newfstat
    syscalls newfstatat, newlstat, newstat, newuname, ni_syscall, nice, old_getrlimit, old_mmap
    syscalls old_readdir, old_select, oldumount, olduname, open, open_by_handle_at, openat, pause
    syscalls pciconfig_iobase, pciconfig_read, pciconfig_write, perf_event_open, personality, pipe
    syscalls pipe2, pivot_root, poll, ppoll, pread64, preadv, prlimit64, process_vm_readv
    syscalls process_vm_writev, pselect6, ptrace, pwrite64, pwritev, quotactl, read, readlink
    syscalls readlinkat, readv, reboot, recv, recvfrom, recvmmsg, recvmsg, remap_file_pages
    syscalls removexattr, rename, renameat, request_key, restart_syscall, rmdir, rt_sigaction
    syscalls rt_sigpending, rt_sigprocmask, rt_sigqueueinfo, rt_sigtimedwait, rt_tgsigqueueinfo
    syscalls sched_get_priority_max, sched_get_priority_min, sched_getaffinity, sched_getparam
    syscalls sched_getscheduler, sched_rr_get_interval, sched_setaffinity, sched_setparam
    syscalls sched_setscheduler, sched_yield, select, semctl, semget, semop, semtimedop, send
    syscalls sendfile, sendfile64, sendmmsg, sendmsg, sendto, set_mempolicy, set_robust_list
    syscalls set_tid_address, setdomainname, setfsgid, setfsgid16, setfsuid, setfsuid16, setgid
    syscalls setgid16, setgroups, setgroups16, sethostname, setitimer, setns, setpgid, setpriority
    syscalls setregid, setregid16, setresgid, setresgid16, setresuid, setresuid16, setreuid
    syscalls setreuid16, setrlimit, setsid, setsockopt, settimeofday, setuid, setuid16, setxattr
    syscalls sgetmask, shmat, shmctl, shmdt, shmget, shutdown, sigaction, sigaltstack, signal
    syscalls signalfd, signalfd4, sigpending, sigprocmask, socket, socketcall, socketpair, splice
    syscalls spu_create, spu_run, ssetmask, stat, stat64, statfs, statfs64, stime, swapoff, swapon
    syscalls symlink, symlinkat, sync, syncfs, sysctl, sysfs, sysinfo, syslog, tee, tgkill, time
    syscalls timer_create, timer_delete, timer_getoverrun, timer_gettime, timer_settime
    syscalls timerfd_create, timerfd_gettime, timerfd_settime, times, tkill, truncate, umask
    syscalls umount, uname, unlink, unlinkat, unshare, uselib, ustat, utime, utimensat, utimes
    syscalls vfork, vhangup, vmsplice, wait4, waitid, waitpid, write, writev
1:  ret

    .section .note.GNU-stack, "", @progbits
