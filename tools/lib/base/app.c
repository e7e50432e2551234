/* SPDX-License-Identifier: MIT */
#include "lib/base/app.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/fail.h"

/* Or a file that is opened later would take the place of a standard stream that is closed, and a
 * sentence could end up in a key. Opened the wrong way round, so that using one still fails. */
static bool occupy_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) == -1 &&
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream)
            return false;
    return true;
}

int app_main(int argc, char **argv, int (*run)(int argc, char **argv))
{
    if (!occupy_standard_streams())
        return EXIT_FAULT;
    /* Keys and tokens pass through the memory of most programs: a crash must not leave them in a
     * file. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    /* Where a file may grow no more (ulimit -f), what is written fails, as on a full disk. */
    (void)signal(SIGXFSZ, SIG_IGN);
    int code = run(argc, argv);
    /* An "allowed" that was not written is no answer. */
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        return fail_file("standard output", "can't be written to");
    return code;
}

int app_begin(app *run, const char *command)
{
    *run = (app){.command = command};
    return fnt_report_new(&run->why) == FNT_OK ? EXIT_YES : fail_status(FNT_FAULT_MEMORY, NULL);
}

void app_end(app *run)
{
    text_free(&run->key_notes);
    fnt_report_free(run->why);
}
