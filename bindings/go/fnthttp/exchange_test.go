// SPDX-License-Identifier: MIT

package fnthttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fntoken"
	"fntoken/fnthttp"
)

const rules = `[
{"apiVersion":"iam.openfaas.com/v1","kind":"JwtIssuer","metadata":{"name":"idp"},"spec":{"iss":"https://idp.example.com","aud":["openfaas"],"tokenExpiry":"1h"}},
{"apiVersion":"iam.openfaas.com/v1","kind":"Policy","metadata":{"name":"dev"},"spec":{"statement":[{"sid":"1","action":["Function:Invoke"],"effect":"Allow","resource":["dev:*"]}]}},
{"apiVersion":"iam.openfaas.com/v1","kind":"Role","metadata":{"name":"ada"},"spec":{"policy":["dev"],"condition":{"StringEqual":{"jwt:sub":["ada"]}}}}]`

// exchanging is a gateway whose functions answer what they were sent, and a
// subject that it takes.
func exchanging(t *testing.T) (*double, string) {
	key, idp := newKey(t), newKey(t)
	gateway := newDouble(t, key)
	service := must2(fntoken.NewTokenService(issuer, key))
	t.Cleanup(service.Close)
	iam := must2(fntoken.ParseIAM([]byte(rules)))
	defer iam.Close()
	check(t, service.SetIAM(iam))
	keys := must2(fntoken.ParseKeySet(must2(idp.PublicJWK())))
	defer keys.Close()
	check(t, service.SetKeys("https://idp.example.com", keys))
	gateway.service = service
	said, _ := json.Marshal(map[string]any{"iss": "https://idp.example.com", "sub": "ada", "aud": "openfaas",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
	return gateway, must2(fntoken.Sign(idp, said, nil))
}

// function is what is sent instead of to the network: the exchange goes to the double.
type function func(*http.Request) *http.Response

func (f function) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func answer(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("x"))}
}

func TestTheRightTokenForEachFunction(t *testing.T) {
	gateway, subject := exchanging(t)
	guard := newGuard(t, fnthttp.Config{Gateway: gateway.URL})
	source := fnthttp.NewTokenSource(gateway.URL+"/", fnthttp.Static(subject))
	client := &http.Client{Transport: source.Transport(function(func(r *http.Request) *http.Response {
		resource := must2(fntoken.ResourceFromPath(r.URL.Path))
		if err := guard.Authorize(r, resource); err != nil {
			return answer(fntoken.StatusOf(err).HTTP())
		}
		return answer(200)
	}))}
	for range 3 {
		for path, want := range map[string]int{"/function/env.dev": 200, "/async-function/figlet.dev/x?y": 200} {
			reply, err := client.Get(gateway.URL + path)
			expect(t, must(t, reply, err).StatusCode, want)
		}
	}
	expect(t, gateway.exchanges.Load(), 2)
	var refused *fnthttp.ExchangeError
	if _, err := client.Get(gateway.URL + "/function/env.prod"); !errors.As(err, &refused) || refused.Code != "invalid_target" || refused.HTTP != 400 {
		t.Fatal(err)
	}
	for _, elsewhere := range []string{"http://elsewhere.example.com/function/env.dev", gateway.URL + "/function/a/../env.dev", gateway.URL + "/other"} {
		if _, err := client.Get(elsewhere); err == nil {
			t.Fatal(elsewhere)
		}
	}
}

func TestOneExchangeAtATime(t *testing.T) {
	gateway, subject := exchanging(t)
	source := fnthttp.NewTokenSource(gateway.URL, func(context.Context) (string, error) {
		time.Sleep(50 * time.Millisecond)
		return subject, nil
	})
	var all sync.WaitGroup
	for range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := source.Token(context.Background(), "dev:env"); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	expect(t, gateway.exchanges.Load(), 1)
}

// Who waits for another's exchange may leave.
func TestAWaitEndsWithItsContext(t *testing.T) {
	held, leave := make(chan struct{}), make(chan struct{})
	source := fnthttp.NewTokenSource("http://127.0.0.1:1", func(context.Context) (string, error) {
		close(held)
		<-leave
		return "", errors.New("enough")
	})
	first := make(chan error)
	go func() {
		_, err := source.Token(context.Background(), "dev:env")
		first <- err
	}()
	<-held
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := source.Token(ctx, "dev:env"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	close(leave)
	if err := <-first; err == nil || !strings.Contains(err.Error(), "enough") {
		t.Fatal(err)
	}
}

func TestA401IsAskedAgainOnce(t *testing.T) {
	gateway, subject := exchanging(t)
	source := fnthttp.NewTokenSource(gateway.URL, fnthttp.Static(subject))
	var seen []string
	sent := function(func(r *http.Request) *http.Response {
		body := ""
		if r.Body != nil {
			text, _ := io.ReadAll(r.Body)
			body = string(text)
		}
		seen = append(seen, r.Header.Get("Authorization")+" "+body)
		return answer(401)
	})
	client := &http.Client{Transport: source.Transport(sent)}
	reply, err := client.Post(gateway.URL+"/function/env.dev", "text/plain", strings.NewReader("body"))
	expect(t, must(t, reply, err).StatusCode, 401)
	if len(seen) != 2 || seen[0] == seen[1] || !strings.HasSuffix(seen[0], " body") || !strings.HasSuffix(seen[1], " body") {
		t.Fatal(len(seen))
	}
	seen = nil
	reply, err = client.Post(gateway.URL+"/function/env.dev", "text/plain", io.MultiReader(strings.NewReader("stream")))
	expect(t, must(t, reply, err).StatusCode, 401)
	expect(t, len(seen), 1)
}

func TestTheRequestIsLeftAsItWasAndItsBodyClosed(t *testing.T) {
	gateway, _ := exchanging(t)
	source := fnthttp.NewTokenSource(gateway.URL, fnthttp.Static("no token"))
	var closed atomic.Bool
	r := must2(http.NewRequest("POST", gateway.URL+"/function/env.dev", closing{&closed}))
	if _, err := source.Transport(nil).RoundTrip(r); err == nil || !closed.Load() || r.Header.Get("Authorization") != "" {
		t.Fatal(err)
	}
}

type closing struct{ closed *atomic.Bool }

func (closing) Read([]byte) (int, error) { return 0, io.EOF }
func (c closing) Close() error           { c.closed.Store(true); return nil }

func TestSubjectsFromFiles(t *testing.T) {
	gateway, subject := exchanging(t)
	path := filepath.Join(t.TempDir(), "openfaas-token")
	source := fnthttp.NewTokenSource(gateway.URL, fnthttp.FromFile(path))
	if _, err := source.Token(context.Background(), "dev:env"); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	check(t, os.WriteFile(path, []byte(subject+"\n"), 0o600))
	token, err := source.Token(context.Background(), "dev:env")
	must(t, token, err)
	source.Forget("dev:env", "another")
	again, err := source.Token(context.Background(), "dev:env")
	expect(t, must(t, again, err) == token, true)
	source.Forget("dev:env", token)
	again, err = source.Token(context.Background(), "dev:env")
	expect(t, must(t, again, err) == token, false)
}

func TestTokensAreRenewedEarly(t *testing.T) {
	gateway, subject := exchanging(t)
	source := fnthttp.NewTokenSource(gateway.URL, fnthttp.Static(subject))
	source.Early = time.Hour
	for range 2 {
		_, err := source.Token(context.Background(), "dev:env")
		check(t, err)
	}
	expect(t, gateway.exchanges.Load(), 2)
}

func TestAnswersThatAreNoToken(t *testing.T) {
	gateway, subject := exchanging(t)
	for name, reply := range map[string]http.HandlerFunc{
		"HTTP 302": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.example.com/", http.StatusFound)
		},
		"HTTP 403": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) },
		"HTTP 200": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"access_token":""}`) },
	} {
		gateway.change(func() { gateway.answer = reply })
		_, err := fnthttp.NewTokenSource(gateway.URL, fnthttp.Static(subject)).Token(context.Background(), "dev:env")
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), subject) {
			t.Fatalf("%s: %v", name, err)
		}
	}
}
