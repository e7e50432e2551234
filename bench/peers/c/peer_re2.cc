// SPDX-License-Identifier: MIT
// RE2::Set: all patterns in one automaton, anchored at both ends. MEMORY: what it may take, in MiB;
// 8 is its own default.
#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <string>

#include "matcher.h"
extern "C" {
#include "measure.h"
}

static void *compile(lines patterns)
{
    RE2::Options options;
    options.set_never_capture(true);
    options.set_dot_nl(true);
    options.set_max_mem(int64_t{MEMORY} << 20);
    RE2::Set *set = new RE2::Set(options, RE2::ANCHOR_BOTH);
    for (size_t i = 0; i < patterns.count; i++) {
        std::string expression;
        for (char c : std::string(patterns.at[i], patterns.len[i]))
            expression += c == '*' ? std::string(".*") : RE2::QuoteMeta(std::string(1, c));
        if (set->Add(expression, nullptr) < 0)
            bench_fail("RE2::Set::Add");
    }
    if (set->Compile())
        return set;
    delete set;
    return nullptr;
}

static int match(void *compiled, const char *text, size_t len)
{
    return static_cast<RE2::Set *>(compiled)->Match(re2::StringPiece(text, len), nullptr);
}

static void drop(void *compiled)
{
    delete static_cast<RE2::Set *>(compiled);
}

int main(int argc, char **argv)
{
    static const matcher m = {compile, match, drop, "of the system"};
    return matcher_main(&m, argc, argv);
}
