// SPDX-License-Identifier: MIT

package fntoken_test

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fntoken"
)

const issuer = "https://gateway.example.com"

// gateway is a key, its public half, and a header that it signed for dev:*.
func gateway(t testing.TB) (*fntoken.Key, *fntoken.KeySet, []string) {
	key, err := fntoken.GenerateKey(fntoken.ES256)
	must(t, err, key)
	jwk, err := key.PublicJWK()
	must(t, err, jwk)
	keys, err := fntoken.ParseKeySet(jwk)
	must(t, err, keys)
	claims := &fntoken.Claims{Issuer: issuer, Subject: "fed:ada", Permissions: []string{"dev:*"}}
	token, err := fntoken.Mint(key, claims, time.Hour, time.Time{})
	must(t, err, token)
	t.Cleanup(key.Close)
	t.Cleanup(keys.Close)
	return key, keys, []string{"Bearer " + token}
}

func guard(t testing.TB, keys *fntoken.KeySet) *fntoken.Verifier {
	verifier, err := fntoken.NewVerifier(issuer, keys, fntoken.CacheEntries(100))
	return must(t, err, verifier)
}

func TestErrorsCarryStatusAndReport(t *testing.T) {
	_, keys, header := gateway(t)
	verifier := guard(t, keys)
	defer verifier.Close()
	for range 2 { // not seen before, and out of the cache
		err := verifier.Authorize(header, "prod:env", time.Time{})
		var failed *fntoken.Error
		if !errors.As(err, &failed) || !errors.Is(err, fntoken.DeniedPermission) || !errors.Is(err, fntoken.ErrDenied) ||
			errors.Is(err, fntoken.ErrRefused) || errors.Is(err, fntoken.DeniedAudience) {
			t.Fatal(err)
		}
		equal(t, "HTTP", failed.HTTP(), 403)
		if report := failed.Report(); len(report) < 2 || report[0].Resource != "prod:env" || report[1].Pattern != "dev:*" {
			t.Fatalf("%+v", report)
		}
		if !strings.HasPrefix(err.Error(), "permission: ") {
			t.Fatal(err)
		}
		err = verifier.Authorize(header, "dev:env", time.Time{})
		must(t, err, 0)
	}
	equal(t, "no error", fntoken.StatusOf(nil), fntoken.OK)
	equal(t, "another error", fntoken.StatusOf(os.ErrNotExist), fntoken.FaultArgument)
	if two := verifier.Authorize(append(header, header...), "dev:env", time.Time{}); !errors.Is(two, fntoken.RefusedHeader) {
		t.Fatal(two)
	}
}

func TestKeysAndRevocationsAreReplacedInUse(t *testing.T) {
	_, keys, header := gateway(t)
	_, others, _ := gateway(t)
	verifier := guard(t, nil)
	defer verifier.Close()
	ask := func() error { return verifier.Authorize(header, "dev:env", time.Time{}) }
	if err := ask(); !errors.Is(err, fntoken.FaultNotReady) {
		t.Fatal(err)
	}
	must(t, verifier.SetKeys(keys), 0)
	must(t, ask(), 0)
	revoked, err := fntoken.ParseRevocations([]byte(`{"fed_iss": "https://idp.example.com", "sub": "ada"}`))
	must(t, verifier.SetRevoked(must(t, err, revoked)), 0)
	revoked.Close()
	if err := ask(); !errors.Is(err, fntoken.RefusedRevoked) {
		t.Fatal(err)
	}
	must(t, verifier.SetRevoked(nil), 0)
	must(t, ask(), 0)
	must(t, verifier.SetKeys(others), 0)
	if err := ask(); !errors.Is(err, fntoken.RefusedKeyUnknown) {
		t.Fatal(err)
	}
	stats := verifier.CacheStats()
	if stats.Misses == 0 {
		t.Fatalf("%+v", stats)
	}
}

func TestClosedObjectsSaySo(t *testing.T) {
	key, keys, header := gateway(t)
	verifier := guard(t, keys)
	token, err := verifier.Verify(strings.TrimPrefix(header[0], "Bearer "), time.Time{})
	must(t, err, token)
	iam, err := fntoken.ParseIAM([]byte("[]"))
	must(t, err, iam)
	service, err := fntoken.NewTokenService(issuer, key)
	must(t, err, service)
	patterns, err := fntoken.NewPatterns([]string{"dev:*"}, nil)
	must(t, err, patterns)
	for range 2 {
		for _, object := range []interface{ Close() }{key, keys, verifier, token, iam, service, patterns} {
			object.Close()
		}
	}
	_, errJWK := key.PublicJWK()
	_, errJWKS := keys.JWKS()
	_, errCaller := verifier.Caller(header, "dev:env", time.Time{})
	_, errVerify := verifier.Verify("a.b.c", time.Time{})
	_, errMint := fntoken.Mint(key, &fntoken.Claims{}, time.Hour, time.Time{})
	_, errSign := fntoken.Sign(key, []byte("{}"), nil)
	_, errLint := iam.Lint()
	_, errSimulate := iam.SimulateAll([]byte("{}"))
	_, errExchange := service.Exchange([]byte("a=b"), time.Time{})
	_, errService := fntoken.NewTokenService(issuer, key)
	_, errVerifier := fntoken.NewVerifier(issuer, keys)
	_, errSignature := fntoken.SignatureOnly(keys, "a.b.c")
	for i, err := range []error{errJWK, errJWKS, errCaller, errVerify, errMint, errSign, errLint, errSimulate, errExchange, errService,
		errVerifier, errSignature, verifier.Authorize(header, "dev:env", time.Time{}), verifier.SetKeys(keys), verifier.SetKeys(nil),
		token.Authorize("dev:env", time.Time{}), service.SetIAM(iam), service.SetKey(key), service.SetKeys(issuer, nil),
		service.SetRevoked(nil), patterns.Permit("dev:env")} {
		if !errors.Is(err, fntoken.ErrClosed) || !errors.Is(err, fntoken.FaultArgument) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if key.ID() != "" || iam.Digest() != "" || iam.Issuers() != nil || token.Claims() != nil || token.JSON() != nil ||
		verifier.CacheStats() != (fntoken.CacheStats{}) {
		t.Error("a closed object has an answer")
	}
}

// Under the race detector too; with the object gone a call would crash.
func TestCloseBesideCallsInFlight(t *testing.T) {
	_, keys, header := gateway(t)
	for range 50 {
		verifier := guard(t, keys)
		var calls sync.WaitGroup
		for range 8 {
			calls.Add(1)
			go func() {
				defer calls.Done()
				for {
					if err := verifier.Authorize(header, "dev:env", time.Time{}); errors.Is(err, fntoken.ErrClosed) {
						return
					} else if err != nil {
						t.Error(err)
						return
					}
					if err := verifier.SetKeys(keys); err != nil && !errors.Is(err, fntoken.ErrClosed) {
						t.Error(err)
					}
				}
			}()
		}
		for range 3 {
			calls.Add(1)
			go func() {
				defer calls.Done()
				time.Sleep(time.Millisecond)
				verifier.Close()
			}()
		}
		calls.Wait()
	}
}

func TestWhatIsDroppedIsReleasedAndCounted(t *testing.T) {
	_, keys, header := gateway(t)
	before := fntoken.Leaked()
	const dropped = 20
	for range dropped {
		verifier := guard(t, keys)
		must(t, verifier.Authorize(header, "dev:env", time.Time{}), 0)
		guard(t, keys).Close()
	}
	for end := time.Now().Add(2 * time.Minute); fntoken.Leaked()-before < dropped && time.Now().Before(end); {
		runtime.GC() // what it finds is released behind its back
		time.Sleep(10 * time.Millisecond)
	}
	equal(t, "leaked", fntoken.Leaked()-before, int64(dropped))
}

// resident is what is the process's own, in KiB, wherever it lies: pages of
// files come and go with what others do.
func resident(t testing.TB) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc: nothing tells how large the process is")
	}
	size := 0
	for _, line := range strings.Split(string(status), "\n") {
		name, kib, _ := strings.Cut(line, ":")
		if name == "RssAnon" || name == "VmSwap" {
			n, _ := strconv.Atoi(strings.Fields(kib)[0])
			size += n
		}
	}
	if size == 0 {
		t.Fatal("no RssAnon")
	}
	return size
}

// Its own memory grows with what it saw.
var raceDetector bool

func TestCallsLeakNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector's memory is in the process too")
	}
	key, keys, header := gateway(t)
	verifier := guard(t, keys)
	defer verifier.Close()
	jwks, err := keys.JWKS()
	must(t, err, jwks)
	round := func(times int) {
		for range times {
			_, err := verifier.Caller(header, "dev:env", time.Time{})
			must(t, err, 0)
			if verifier.Authorize(header, "prod:env", time.Time{}) == nil {
				t.Fatal("prod:env")
			}
			if verifier.Authorize([]string{"Bearer a.b.c"}, "dev:env", time.Time{}) == nil {
				t.Fatal("a.b.c")
			}
			token, err := verifier.Verify(header[0][7:], time.Time{})
			must(t, err, token).Close()
			again, err := fntoken.ParseKeySet(jwks)
			must(t, err, again).Close()
			_, err = key.PublicPEM()
			must(t, err, 0)
		}
	}
	times := 2000
	if os.Getenv("FNT_LONG") != "" {
		times = 100000
	}
	round(times / 10)
	runtime.GC()
	before, leakedBefore := resident(t), fntoken.Leaked()
	round(times)
	runtime.GC()
	if grown := resident(t) - before; grown > 8192 {
		t.Fatalf("%d rounds, and the process grew by %d KiB", times, grown)
	}
	equal(t, "leaked", fntoken.Leaked(), leakedBefore)
}

func TestNoAllocationOnTheHotPath(t *testing.T) {
	_, keys, header := gateway(t)
	verifier := guard(t, keys)
	defer verifier.Close()
	must(t, verifier.Authorize(header, "dev:env", time.Time{}), 0)
	allocations := testing.AllocsPerRun(1000, func() { must(t, verifier.Authorize(header, "dev:env", time.Time{}), 0) })
	equal(t, "allocations", allocations, 0.0)
}

func TestABuildWithoutCgoSaysSo(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go in PATH")
	}
	command := exec.Command(tool, "build", "-o", os.DevNull, "./...")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "needs cgo: set CGO_ENABLED=1") || strings.Contains(string(output), "undefined") {
		t.Fatalf("%v: %s", err, output)
	}
}

func TestEscape(t *testing.T) {
	for form, want := range map[fntoken.Form]string{fntoken.Plain: `a\nd`, fntoken.JSON: `a\u000ad`, fntoken.Header: "a%0Ad", 0: ""} {
		equal(t, "escaped", fntoken.Escape("a\nd", form), want)
	}
	equal(t, "empty", fntoken.Escape("", fntoken.Plain), "")
}

func TestSignatureOnlyAndUnverified(t *testing.T) {
	key, keys, _ := gateway(t)
	jws, err := fntoken.Sign(key, []byte(`{"a":1}`), []byte(`{"kid":"x"}`))
	must(t, err, jws)
	text, err := fntoken.Unverified(jws)
	must(t, err, text)
	equal(t, "unverified", string(text), `{"header":{"alg":"ES256","kid":"x"},"claims":{"a":1},"verified":false}`)
	jws, err = fntoken.Sign(key, []byte(`{"a":1}`), nil)
	must(t, err, jws)
	payload, err := fntoken.SignatureOnly(keys, jws)
	equal(t, "payload", string(must(t, err, payload)), `{"a":1}`)
	_, err = fntoken.Sign(key, []byte(`{"a":1}`), []byte{})
	equal(t, "an empty header", fntoken.StatusOf(err), fntoken.FaultArgument)
}

func TestLint(t *testing.T) {
	iam, err := fntoken.ParseIAM([]byte(`[{"apiVersion":"iam.openfaas.com/v1","kind":"Role","metadata":{"name":"r"},
		"spec":{"policy":["nowhere"],"condition":{"StringEqual":{"jwt:sub":["a"]}}}},
		{"apiVersion":"iam.openfaas.com/v1","kind":"JwtIssuer","metadata":{"name":"i"},
		"spec":{"iss":"https://idp.example.com","issInternal":"http://idp:8080","aud":["a"]}}]`))
	defer must(t, err, iam).Close()
	report, err := iam.Lint()
	must(t, err, report)
	known := map[string]bool{}
	for _, rule := range fntoken.LintRules() {
		known[rule.Name] = rule.Sentence != "" && (rule.Kind == "error" || rule.Kind == "warning")
	}
	if len(report) < 2 || report[0].Errors == 0 || !known[report[1].Rule] {
		t.Fatalf("%+v", report)
	}
	equal(t, "issuers", iam.Issuers(), []fntoken.Issuer{{URL: "https://idp.example.com", Internal: "http://idp:8080", Name: "i"}})
	equal(t, "digest", len(iam.Digest()), 64)
}

func TestEachItemOfALongListIsThere(t *testing.T) {
	key, keys, _ := gateway(t)
	verifier := guard(t, keys)
	defer verifier.Close()
	for _, count := range []int{1, 29, 30, 31, 200} {
		permissions := make([]string, count)
		for i := range permissions {
			permissions[i] = "dev:f" + strconv.Itoa(i)
		}
		said := &fntoken.Claims{Issuer: issuer, Subject: "fed:ada", Permissions: permissions, FunctionAudience: []string{"*"}}
		token, err := fntoken.Mint(key, said, time.Hour, time.Time{})
		must(t, err, token)
		claims, err := verifier.Caller([]string{"Bearer " + token}, "dev:f0", time.Time{})
		equal(t, "permissions", must(t, err, claims).Permissions, permissions)
		equal(t, "function.audience", claims.FunctionAudience, []string{"*"})
		equal(t, "audience", claims.Audience, []string{issuer})
		equal(t, "policy", len(claims.Policy), 0)
	}
}
