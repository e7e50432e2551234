# SPDX-License-Identifier: MIT
# Part of test_cli.sh: what every command has in common.
commands='keygen jwks sign mint inspect verify authorize match exchange lint can revoke'

t 'help' 0 'Usage: fntoken COMMAND' = --help
t 'help as a command' 0 'Usage: fntoken COMMAND' = help
t 'help of a command' 0 'Usage: fntoken mint' = help mint
t 'version with capabilities' 0 '^fntoken [0-9]*\.[0-9]*\.[0-9]* (.*\(mbedtls\|openssl\)-[0-9]' = --version
t 'no command' 2 = '^fntoken: usage: a command is missing'
t 'unknown command' 2 = 'there is no command nonsense' nonsense
t 'a command is not abbreviated' 2 = 'there is no command auth' auth

for command in $commands; do
    t "$command --help" 0 "Usage: fntoken $command" = "$command" --help
    t "$command --help has examples" 0 'Example' = "$command" --help
    t "$command -h" 0 "Usage: fntoken $command" = "$command" -h
    t "$command, unknown option" 2 = "^fntoken: usage: there is no option --nonsense; see fntoken $command --help\$" "$command" --nonsense
    t "$command, short option" 2 = 'there is no option -x' "$command" -x
    sed -n 's/^\.It Fl Fl \([a-z\\-]*\).*/--\1/p' "$here/../../docs/man/fntoken-$command.1" | tr -d '\\' | sort > want
    "$fntoken" "$command" --help | grep -o '^  --[a-z-]*' | tr -d ' ' | sort > got
    is "$command: the manual page has its options" cmp -s want got
    is "$command is in the help" sh -c "'$fntoken' --help | grep -q '^  $command '"
done

t 'an option is not abbreviated' 2 = 'there is no option --reso' authorize --jwks x --issuer y --reso a:b
t 'an option with = and none' 2 = '--key needs a value' sign --claims x --key
t 'an option where a value should be' 2 = '--key needs a value' sign --key --claims x
t 'an option twice' 2 = '--key is given twice' sign --key a --key b --claims x
t 'an empty value' 2 = '--issuer is empty' mint --issuer ''
t 'an empty value behind =' 2 = '--issuer is empty' mint --issuer=
t 'a flag is not abbreviated' 2 = 'there is no option --forc;' keygen --forc --out k
t 'nor with a value' 2 = 'there is no option --forc;' keygen --forc=yes --out k
t 'nor is --help' 2 = 'there is no option --hel;' keygen --hel
t 'a value behind = may begin with --' 3 'a:b denied' = match --permission=--x a:b
t 'options behind operands' 0 'a:b allowed' = match a:b --permission='*'
t '-- ends the options' 3 '--permission denied' = match --permission '*' -- --permission
t 'a flag with a value' 2 = '--force takes no value' keygen --force=yes --out k
t 'a missing option' 2 = '--out is missing' keygen
t 'an operand too many' 2 = 'nonsense is not expected here' lint --iam . nonsense
t 'two tokens' 2 = 'one argument is expected, not 2' inspect a.b.c d.e.f
t 'what an argument holds reaches no terminal raw' 2 = 'there is no command \u{001b}[31m\n' "$(printf '\033[31m\n.')"
t 'nor what shows nothing' 2 = 'there is no command a\u{3164}\u{0e0100}b' "$(printf 'a\343\205\244\363\240\204\200b')"
t 'one line on stderr' 2 = '^fntoken: usage: ' sign
is 'one line on stderr' test "$(wc -l < err)" -eq 1

if [ -w /dev/full ]; then
    name='standard output that is full'
    : > out
    "$fntoken" match --permission '*' a:b > /dev/full 2> err
    if [ $? -eq 2 ] && grep -q 'standard output' err; then passed=$((passed + 1)); else bad 'not exit status 2'; fi
fi

is 'standard input that is closed' sh -c "'$fntoken' inspect <&- > out 2> err; test \$? -eq 2 && grep -q 'standard input: Bad file descriptor' err"
is 'standard output that is closed' sh -c "'$fntoken' match --permission '*' a:b 2> err >&-; test \$? -eq 2 && grep -q 'standard output' err"
is 'all that is closed' sh -c "'$fntoken' match --permission '*' a:b <&- >&- 2>&-; test \$? -eq 2"
is 'POSIXLY_CORRECT changes nothing' sh -c "POSIXLY_CORRECT=1 '$fntoken' match a:b --permission '*' > out"
