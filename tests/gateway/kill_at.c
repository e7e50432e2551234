/* SPDX-License-Identifier: MIT */
/* Runs a command and kills it where it enters its nth system call, from 1. Exits with 9 where that
 * was reached, else with what the command ended with.
 * Usage: kill_at N COMMAND [ARGUMENT...] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int end(pid_t child)
{
    int status = 0;
    (void)kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return 9;
}

/* Each system call stops twice, where it is entered and where it is left. */
static int follow(pid_t child, long wanted)
{
    int status = 0;
    for (long stops = 0; waitpid(child, &status, 0) == child && WIFSTOPPED(status); stops++) {
        if (stops == 2 * wanted - 1)
            return end(child);
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
            break;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 64;
    pid_t child = fork();
    if (child < 0)
        return 71;
    if (child > 0)
        return follow(child, strtol(argv[1], NULL, 10));
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(77);
    (void)execv(argv[2], argv + 2);
    _exit(127);
}
