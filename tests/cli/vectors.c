/* SPDX-License-Identifier: MIT */
/* Every vector of ../shared/conformance/authorize.json through the command line: fntoken authorize
 * --header, the header on standard input, and the exit status against what is expected.
 *
 * Usage: vectors FNTOKEN       $FNT_SHARED says where the shared folder is, "../shared" when not
 *                              set
 * Exits with 0, 1 after a difference, 77 (skipped) where the file is not there or has none. */
#include <cjson/cJSON.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, SKIPPED = 77 };

static char *read_whole(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    long len = -1;
    if (in == NULL)
        return NULL;
    if (fseek(in, 0, SEEK_END) == 0 && (len = ftell(in)) >= 0 && fseek(in, 0, SEEK_SET) == 0)
        text = calloc((size_t)len + 1, 1);
    if (text != NULL && fread(text, 1, (size_t)len, in) != (size_t)len)
        text[0] = '\0';
    (void)fclose(in);
    return text;
}

static bool write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL)
        return false;
    bool good = fputs(text, out) >= 0;
    return fclose(out) == 0 && good;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

/* Several headers reach a program as one, joined by commas. The line break at the end is for
 * fntoken to drop. */
static bool write_header(const char *path, const cJSON *vector)
{
    FILE *out = fopen(path, "wb");
    const cJSON *header = NULL, *headers = cJSON_GetObjectItemCaseSensitive(vector, "headers");
    bool first = true;
    if (out == NULL)
        return false;
    cJSON_ArrayForEach(header, headers)
    {
        fprintf(out, "%s%s", first ? "" : ", ", cJSON_GetStringValue(header));
        first = false;
    }
    if (!first)
        (void)fputc('\n', out);
    return fclose(out) == 0;
}

/* Standard input from a file, both outputs to nowhere; the exit status. */
static int run(char **arguments, const char *input)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        int in = open(input, O_RDONLY), nowhere = open("/dev/null", O_WRONLY);
        if (in < 0 || nowhere < 0 || dup2(in, 0) < 0 || dup2(nowhere, 1) < 0 ||
            dup2(nowhere, 2) < 0)
            _exit(126);
        (void)execv(arguments[0], arguments);
        _exit(127);
    }
    return child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ? -1
                                                                             : WEXITSTATUS(status);
}

static bool is_expected(const cJSON *vector, int code)
{
    const cJSON *one = NULL, *expected = cJSON_GetObjectItemCaseSensitive(vector, "expect");
    int http = code == 0 ? 200 : code == 1 ? 401 : code == 3 ? 403 : 500;
    cJSON_ArrayForEach(one, expected)
    {
        if ((int)cJSON_GetNumberValue(one) == http)
            return true;
    }
    return false;
}

static int run_all(const cJSON *all, char *fntoken, const char *folder)
{
    char jwks[PATH_ROOM], input[PATH_ROOM], now[32], resource[PATH_ROOM], issuer[PATH_ROOM];
    int passed = 0, failed = 0;
    const cJSON *vector = NULL, *vectors = cJSON_GetObjectItemCaseSensitive(all, "vectors");
    char *keys = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(all, "jwks"));
    (void)snprintf(jwks, sizeof jwks, "%s/jwks.json", folder);
    (void)snprintf(input, sizeof input, "%s/header", folder);
    (void)snprintf(issuer, sizeof issuer, "--issuer=%s", text_of(all, "issuer"));
    (void)snprintf(now, sizeof now, "--now=%.0f",
                   cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(all, "now")));
    bool ready = keys != NULL && write_file(jwks, keys);
    cJSON_ArrayForEach(vector, vectors)
    {
        (void)snprintf(resource, sizeof resource, "--resource=%s", text_of(vector, "resource"));
        char command[] = "authorize", header[] = "--header", option[] = "--jwks";
        char *arguments[] = {fntoken, command, option, jwks, issuer, now, header, resource, NULL};
        int code = ready && write_header(input, vector) ? run(arguments, input) : -1;
        if (is_expected(vector, code)) {
            passed++;
            continue;
        }
        failed++;
        printf("%s: exit status %d\n", text_of(vector, "name"), code);
    }
    free(keys);
    (void)unlink(jwks);
    (void)unlink(input);
    printf("# vectors: %d\n", passed + failed);
    return failed > 0 ? 1 : passed == 0 ? SKIPPED : 0;
}

int main(int argc, char **argv)
{
    char path[PATH_ROOM], folder[] = "/tmp/fntoken-vectors-XXXXXX";
    const char *shared = getenv("FNT_SHARED");
    if (argc != 2) {
        fputs("usage: vectors FNTOKEN\n", stderr);
        return 2;
    }
    (void)snprintf(path, sizeof path, "%s/conformance/authorize.json",
                   shared != NULL ? shared : "../shared");
    char *text = read_whole(path);
    if (text == NULL) {
        printf("# skipped: %s is not there\n", path);
        return SKIPPED;
    }
    cJSON *all = cJSON_Parse(text);
    int code = 1;
    if (all != NULL && mkdtemp(folder) != NULL) {
        code = run_all(all, argv[1], folder);
        (void)rmdir(folder);
    }
    cJSON_Delete(all);
    free(text);
    return code;
}
