// SPDX-License-Identifier: MIT

package fnthttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fntoken"
	"fntoken/fnthttp"
)

func TestAnswersAreTheWatchdogs(t *testing.T) {
	key := newKey(t)
	guard := newGuard(t, fnthttp.Config{Gateway: newDouble(t, key).URL})
	handler := guard.Middleware("dev:env", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caller := fnthttp.CallerOf(r.Context()); caller != nil {
			io.WriteString(w, caller.Subject)
		}
	}))
	good, other := "Bearer "+mint(t, key, "dev:*"), "Bearer "+mint(t, key, "prod:*")
	for _, row := range []struct {
		path, challenge, body string
		authorization         []string
		status                int
	}{
		{"/", "", "fed:ada", []string{good}, 200},
		{"/", `Bearer realm="IAM function invoke"`, "", nil, 401},
		{"/", `Bearer realm="IAM function invoke", error="invalid_token"`, "", []string{good + "x"}, 401},
		{"/", `Bearer realm="IAM function invoke", error="invalid_request"`, "", []string{good, good}, 401},
		{"/", "", "insufficient permissions\n", []string{other}, 403},
		{"/_/health", "", "", nil, 200},
		{"/_/ready", "", "", nil, 200},
		{"/_/health/x", `Bearer realm="IAM function invoke"`, "", nil, 401},
		{"/%5f/health", `Bearer realm="IAM function invoke"`, "", nil, 401},
	} {
		r := request(row.authorization...)
		r.RequestURI = row.path
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		expect(t, w.Code, row.status)
		expect(t, w.Header().Get("WWW-Authenticate"), row.challenge)
		if row.body != "" {
			expect(t, w.Body.String(), row.body)
		}
		if row.status != 200 {
			expect(t, w.Header().Get("Cache-Control")+" "+w.Header().Get("Vary")+" "+w.Header().Get("X-OpenFaaS-Internal"), "no-store Authorization faas-middleware")
			if strings.Contains(w.Body.String(), "ey") && len(row.authorization) > 0 && strings.Contains(w.Body.String(), row.authorization[0][7:40]) {
				t.Fatal("the answer has the token")
			}
		}
	}
}

// Rule 25, and a start before the gateway.
func TestWithoutKeysItIs503AndGoesOnTrying(t *testing.T) {
	key := newKey(t)
	gateway := newDouble(t, key)
	gateway.change(func() { gateway.answer = http.NotFound })
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL + "/"})
	w := httptest.NewRecorder()
	guard.Middleware("dev:env", http.NotFoundHandler()).ServeHTTP(w, request("Bearer "+mint(t, key, "*")))
	expect(t, w.Code, 503)
	expect(t, w.Header().Get("Retry-After"), "1")
	if guard.Failure() == nil {
		t.Fatal("no failure is told")
	}
	gateway.change(func() { gateway.answer = nil })
	eventually(t, "keys", func() bool { return guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env") == nil })
	check(t, guard.Failure())
}

// Rule 40: a new key at once, a withdrawn one after the period, which is
// shortened here.
func TestRotation(t *testing.T) {
	before, after := newKey(t), newKey(t)
	gateway := newDouble(t, before)
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL})
	ask := func(key *fntoken.Key) string {
		return status(guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env"))
	}
	expect(t, ask(before), "ok")
	gateway.change(func() { gateway.published = []*fntoken.Key{before, after} })
	expect(t, ask(after), "ok")
	gateway.change(func() { gateway.published = []*fntoken.Key{after} })
	short := newGuard(t, fnthttp.Config{Gateway: gateway.URL, Every: time.Second})
	gateway.change(func() { gateway.published = []*fntoken.Key{before} })
	eventually(t, "the withdrawn key is refused", func() bool {
		return status(short.Authorize(request("Bearer "+mint(t, after, "*")), "dev:env")) == "key-unknown"
	})
}

// Rule 40: strangers' kids fetch four times, and once more every 15 seconds.
func TestStrangersCannotMakeItFetch(t *testing.T) {
	key := newKey(t)
	gateway := newDouble(t, key)
	began := time.Now()
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL})
	var all sync.WaitGroup
	for range 40 {
		header := "Bearer " + mint(t, newKey(t), "*")
		all.Add(1)
		go func() {
			defer all.Done()
			if got := status(guard.Authorize(request(header), "dev:env")); got != "key-unknown" {
				t.Error(got)
			}
		}()
	}
	all.Wait()
	if fetches, took := gateway.fetches.Load(), time.Since(began); fetches < 2 || fetches > 6+int64(took/(15*time.Second)) {
		t.Fatalf("%d fetches in %v", fetches, took)
	}
}

// Rule 40: the last keys stay in use for their age, and not for ever.
func TestKeysThatCannotBeFetchedGrowTooOld(t *testing.T) {
	key := newKey(t)
	gateway := newDouble(t, key)
	const maxAge = 3 * time.Second
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL, Every: time.Second, MaxAge: maxAge})
	ask := func() string { return status(guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env")) }
	expect(t, ask(), "ok")
	var last time.Time
	gateway.change(func() { gateway.answer, last = http.NotFound, gateway.fetched })
	eventually(t, "a failed fetch", func() bool { return guard.Failure() != nil })
	eventually(t, "too old", func() bool {
		got := ask()
		if age := time.Since(last); got != "ok" && age <= maxAge {
			t.Fatalf("%s after %v", got, age)
		}
		return got == "not-ready"
	})
}

// Rule 39: what is not to be followed.
func TestDocumentsThatAreNotFollowed(t *testing.T) {
	key := newKey(t)
	gateway, elsewhere := newDouble(t, key), newDouble(t, key)
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL, Every: time.Second})
	check(t, guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env"))
	gateway.change(func() { gateway.issuer = "https://other.example.com" })
	eventually(t, "another issuer is a failed fetch", func() bool { return guard.Failure() != nil })
	check(t, guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env"))

	for name, answer := range map[string]http.HandlerFunc{
		"redirects to another host": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
		},
		"more than 1 MiB": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1<<20+1)) },
		"HTTP 404":        http.NotFound,
		"key: ":           func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") },
	} {
		gateway.change(func() { gateway.answer = answer })
		guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL})
		if err := guard.Failure(); err == nil || !strings.Contains(err.Error(), name) {
			t.Fatalf("%s: %v", name, err)
		}
	}
	expect(t, elsewhere.fetches.Load(), 0)
	known := newGuard(t, fnthttp.Config{Issuer: elsewhere.URL})
	if err := known.Failure(); err == nil || !strings.Contains(err.Error(), "issuer") {
		t.Fatal(err)
	}
}

func TestAKnownIssuersKeysAreWhereItSays(t *testing.T) {
	key := newKey(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	jwk := string(must2(key.PublicJWK()))
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"issuer":"`+server.URL+`","jwks_uri":"`+server.URL+`/keys"}`)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, jwk) })
	guard := newGuard(t, fnthttp.Config{Issuer: server.URL})
	claims := &fntoken.Claims{Issuer: server.URL, Subject: "fed:ada", Permissions: []string{"dev:env"}}
	token, err := fntoken.Mint(key, claims, time.Hour, time.Time{})
	caller, err2 := guard.Caller(request("Bearer "+must(t, token, err)), "dev:env")
	expect(t, must(t, caller, err2).Subject, "fed:ada")
}

func must2[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}

func TestConfigsThatAreRefused(t *testing.T) {
	for _, config := range []fnthttp.Config{
		{},
		{Gateway: "http://a", Issuer: "https://b"},
		{Gateway: "gateway:8080"},
		{Gateway: "http://user@gateway:8080"},
		{Gateway: "http://a", Every: time.Millisecond},
		{Gateway: "http://a", MaxAge: time.Second},
		{Gateway: "http://a", Options: []fntoken.Option{fntoken.Leeway(time.Hour)}},
		{Gateway: "http://a", Options: []fntoken.Option{fntoken.Audience("")}},
	} {
		if guard, err := fnthttp.NewGuard(config); err == nil {
			guard.Close()
			t.Errorf("%+v", config)
		}
	}
}

func TestAVerifierOfTheCallers(t *testing.T) {
	key := newKey(t)
	keys := must2(fntoken.ParseKeySet(must2(key.PublicJWK())))
	defer keys.Close()
	verifier := must2(fntoken.NewVerifier(issuer, keys))
	defer verifier.Close()
	guard, err := fnthttp.NewGuard(fnthttp.Config{Verifier: verifier, Logger: quiet})
	must(t, guard, err)
	expect(t, status(guard.Authorize(request("Bearer "+mint(t, newKey(t), "*")), "dev:env")), "key-unknown")
	guard.Close()
	check(t, guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env"))
}

func TestRevocationsStay(t *testing.T) {
	key := newKey(t)
	gateway := newDouble(t, key)
	gateway.change(func() { gateway.answer = http.NotFound })
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL})
	revoked := must2(fntoken.ParseRevocations([]byte(`{"kid": "` + key.ID() + `"}`)))
	defer revoked.Close()
	check(t, guard.SetRevoked(revoked))
	gateway.change(func() { gateway.answer = nil })
	ask := func() string { return status(guard.Authorize(request("Bearer "+mint(t, key, "*")), "dev:env")) }
	eventually(t, "keys", func() bool { return ask() != "not-ready" })
	expect(t, ask(), "revoked")
	check(t, guard.SetRevoked(nil))
	expect(t, ask(), "ok")
}

func TestAResourceForEachRequest(t *testing.T) {
	key := newKey(t)
	guard := newGuard(t, fnthttp.Config{Gateway: newDouble(t, key).URL})
	handler := guard.MiddlewareFunc(fnthttp.ResourceOf, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for path, want := range map[string]int{"/function/env.dev": 200, "/function/env.dev/x": 200, "/function/env.prod": 403, "/function/a/../env.dev": 403, "/": 403} {
		r := request("Bearer " + mint(t, key, "dev:env"))
		r.RequestURI = path
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		expect(t, w.Code, want)
	}
}
