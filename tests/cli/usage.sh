# SPDX-License-Identifier: MIT
# Part of test_cli.sh: what every command has in common.
commands='keygen jwks sign mint inspect verify authorize match exchange lint iam can revoke'

t 'help' 0 'Usage: fntoken COMMAND' = --help
t 'help as a command' 0 'Usage: fntoken COMMAND' = help
t 'help of a command' 0 'Usage: fntoken mint' = help mint
t 'version with capabilities' 0 '^fntoken [0-9]*\.[0-9]*\.[0-9]* (.*\(mbedtls\|openssl\)-[0-9]' = --version
for version in -V version; do
    t "$version" 0 '^fntoken [0-9]*\.[0-9]*\.[0-9]* (' = $version
done
t 'no command' 2 = '^fntoken: usage: a command is missing'
t 'unknown command' 2 = 'there is no command nonsense' nonsense
t 'a command is not abbreviated' 2 = 'there is no command auth (did you mean authorize?); see' auth
for pair in lnt=lint verfiy=verify isnpect=inspect keygn=keygen jwk=jwks excahnge=exchange decode=inspect encode=sign validate=verify; do
    t "did you mean, ${pair%=*}" 2 = "there is no command ${pair%=*} (did you mean ${pair#*=}?); see fntoken --help" "${pair%=*}"
done
for far in x li nonsense linterexchange 'a command that is much longer than any that there is'; do
    t "did you mean, $far" 2 = '^fntoken: usage: there is no command [^?]*; see fntoken --help$' "$far"
done
for pair in jwsk=jwks aud=audience iss=issuer resorce=resource Resource=resource leway=leeway now-=now; do
    t "did you mean, --${pair%=*}" 2 = "there is no option --${pair%=*} (did you mean --${pair#*=}?); see fntoken authorize --help" authorize "--${pair%=*}" x
done

for pair in LINT=lint Mint=mint -help=--help -version=--version -v=--version; do
    t "did you mean, ${pair%=*}" 2 = "there is no command ${pair%=*} (did you mean ${pair#*=}?)" "${pair%=*}"
done
t 'an empty command' 2 = 'the command is empty (an unset shell variable?)' ''
# As they are copied from a page: an en dash, a long one, a minus, one hyphen and an en dash, what is not seen before hyphens.
for dash in '\0342\0200\0223-' '\0342\0200\0224' '\0342\0210\0222\0342\0210\0222' '-\0342\0200\0223' '\0342\0200\0213--' '\0302\0240--'; do
    word=$(printf '%b' "$dash")
    t "a dash that is no hyphen, $dash" 2 = '^fntoken: usage: an argument begins with a dash that is no hyphen, .*(--); see fntoken match --help' match "${word}permission" '*' dev:env
    t "a dash that is no hyphen behind an option, $dash" 2 = 'a dash that is no hyphen' match --permission "${word}json" '*' dev:env
    t "a dash that is no hyphen in place of a command, $dash" 2 = '^fntoken: usage: an argument begins with a dash that is no hyphen, .*(--); see fntoken --help' "${word}version"
done
t 'a dash that is no hyphen behind =' 3 'denied' = match --permission="$(printf '\342\200\223x')" dev:env
t 'a dash that is no hyphen behind --' 3 'denied' 'is not made of' match --permission '*' -- "$(printf '\342\200\223:x')"
t 'one hyphen for two' 2 = 'there is no option -permission (did you mean --permission?)' match -permission '*' dev:env
t 'an option and its value in quotation marks' 2 = '--permission and its value are one argument, and two are expected' match '--permission *' dev:env
t 'a no-break space behind an option' 2 = '--permission and its value are one argument' match "$(printf -- '--permission\302\240*')" dev:env
t '--help with a value' 2 = '--help takes no value' match --help=x

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
t 'a flag is not abbreviated' 2 = 'there is no option --forc (did you mean --force?);' keygen --forc --out k
t 'nor with a value' 2 = 'there is no option --forc (did you mean --force?);' keygen --forc=yes --out k
t 'nor is --help' 2 = 'there is no option --hel (did you mean --help?);' keygen --hel
t 'a value behind = may begin with --' 3 'a:b denied' = match --permission=--x a:b
t 'options behind operands' 0 'a:b allowed' = match a:b --permission='*'
t '-- ends the options' 3 '--permission denied' 'the resource "--permission" has no colon' match --permission '*' -- --permission
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

# The same fault has the same sentence, whichever option of whichever command has it. What each command needs besides:
mkdir -p folder.d
: > nothing
printf 'k\0e\0y\0' > utf16
needs() { # COMMAND OPTION: its other options
    case $1 in
    sign) echo "--key x --claims x" ;;
    mint) echo "--key x --issuer i --subject s --permission a:b" ;;
    verify) echo "--jwks x --issuer i" ;;
    authorize) echo "--jwks x --issuer i --resource a:b" ;;
    exchange) echo "--iam x --key x --issuer i" ;;
    lint | iam) echo "--iam x" ;;
    can) echo "--iam x --claims x" ;;
    esac
}
good() { # what a file of the others is, so that the one in question is the first to fail
    echo "$1" | sed -e "s/--key x/--key s.key/; s/--jwks x/--jwks s.json/; s/--iam x/--iam s.yaml/; s/--claims x/--claims s.claims/"
}
"$fntoken" keygen --out s.key --public-out s.json > out
printf 'apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata: {name: p, namespace: openfaas}\nspec: {statement: [{sid: s, action: ["Function:Invoke"], effect: Allow, resource: ["dev:x"]}]}\n' > s.yaml
echo '{}' > s.claims
tried=0
for command in $commands; do
    "$fntoken" $command --help | sed -n 's/^  --\([a-z-]*\) \(FILE\|PATH\|ISS=FILE\) .*/\1/p' > options
    while read -r option; do
        case $command-$option in
        authorize-path | keygen-* | revoke-*) continue ;; # of a request; written, not read
        esac
        rest=$(good "$(needs $command)" | sed "s/--$option [^ ]*//")
        token=a.b.c
        case $command-$option in
        *-token | lint-* | iam-* | can-* | sign-* | mint-*) token= ;;
        esac
        for fault in 'no/such:No such file or directory' 'folder.d:is a folder, and a file is expected' 'https://h/x:is a URL, and a file is expected' \
            'utf16:is UTF-16, as some programs of Windows write it, and UTF-8 is expected' 'nothing:is empty'; do
            file=${fault%:*}
            case $fault in https*) file=https://h/x ;; esac
            said=${fault#"$file":}
            case $option-$file in
            iam-folder.d) said='there is no *.yaml, *.yml or *.json in this folder' ;;
            token-nothing) continue ;; # refused as a token
            revoked-nothing) continue ;; # a note: it may be empty
            esac
            value=$file
            case $option in trust) value="i=$file" ;; esac
            # shellcheck disable=SC2086 # lists of words
            t "$command --$option $file" 2 = "fntoken: file: $file: $said" $command $rest --$option "$value" $token
            tried=$((tried + 1))
        done
    done < options
done
is 'every option that names a file was tried' test $tried -ge 60

# What belongs into a file, given instead of its name, is not repeated: it may be a key or a token.
for content in "$(cat s.key)" eyJhbGciOiJub25lIn0.e30. '{"sub":"me"}' '[]'; do
    for option in key claims; do
        # shellcheck disable=SC2046 # two words
        t "--$option with content" 2 = '^fntoken: file: an argument of [0-9]* bytes is no file, and the name of a file is expected' sign $(case $option in key) echo --claims s.claims ;; *) echo --key s.key ;; esac) "--$option=$content"
        is "--$option with content: nothing of it is repeated" sh -c '! grep -q "eyJ\|BEGIN\|sub" err'
    done
done
