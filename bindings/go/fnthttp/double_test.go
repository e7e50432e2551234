// SPDX-License-Identifier: MIT

package fnthttp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fntoken"
	"fntoken/fnthttp"
)

const issuer = "https://gateway.example.com"

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func must[T any](t testing.TB, made T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// double is a gateway: discovery, keys, the exchange, and functions behind its
// own check.
type double struct {
	*httptest.Server
	service *fntoken.TokenService

	mu        sync.Mutex
	issuer    string
	published []*fntoken.Key
	answer    http.HandlerFunc // instead of all
	fetches   atomic.Int64     // of keys
	fetched   time.Time        // the last of them
	exchanges atomic.Int64
}

func newKey(t testing.TB) *fntoken.Key {
	key, err := fntoken.GenerateKey(fntoken.ES256)
	t.Cleanup(must(t, key, err).Close)
	return key
}

func newDouble(t testing.TB, keys ...*fntoken.Key) *double {
	d := &double{issuer: issuer, published: keys}
	d.Server = httptest.NewServer(http.HandlerFunc(d.serve))
	t.Cleanup(d.Close)
	return d
}

func (d *double) change(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

func (d *double) serve(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.answer != nil:
		d.answer(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		json.NewEncoder(w).Encode(map[string]string{"issuer": d.issuer, "jwks_uri": "https://gateway.example.com/.well-known/jwks?v=1"})
	case r.URL.RequestURI() == "/.well-known/jwks?v=1":
		d.fetches.Add(1)
		d.fetched = time.Now()
		io.WriteString(w, d.jwks())
	case r.URL.Path == "/oauth/token" && d.service != nil:
		d.exchanges.Add(1)
		form, _ := io.ReadAll(r.Body)
		answer, err := d.service.Exchange(form, time.Time{})
		if err != nil {
			fnthttp.Refuse(w, err)
			return
		}
		w.WriteHeader(answer.Status.HTTP())
		w.Write(answer.Body)
	default:
		http.NotFound(w, r)
	}
}

func (d *double) jwks() string {
	var all []string
	for _, key := range d.published {
		jwk, _ := key.PublicJWK()
		all = append(all, string(jwk))
	}
	return `{"keys":[` + strings.Join(all, ",") + `]}`
}

func mint(t testing.TB, key *fntoken.Key, permissions ...string) string {
	claims := &fntoken.Claims{Issuer: issuer, Subject: "fed:ada", Permissions: permissions}
	token, err := fntoken.Mint(key, claims, time.Hour, time.Time{})
	return must(t, token, err)
}

func request(authorization ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	return r
}

// newGuard is one whose first fetch has ended, however long that took:
// NewGuard itself waits for two seconds.
func newGuard(t testing.TB, config fnthttp.Config) *fnthttp.Guard {
	t.Helper()
	config.Logger = quiet
	guard, err := fnthttp.NewGuard(config)
	t.Cleanup(must(t, guard, err).Close)
	eventually(t, "the first fetch has ended", func() bool {
		return guard.Failure() != nil || status(guard.Authorize(request("Bearer a.b.c"), "dev:env")) != "not-ready"
	})
	return guard
}

// eventually asks until it is so, for two minutes.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("not within two minutes: " + what)
}

func status(err error) string { return fntoken.StatusOf(err).Name() }

func expect(t testing.TB, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v; %v is expected", got, want)
	}
}
