// SPDX-License-Identifier: MIT

package watchdog_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"fntoken/watchdog"
)

func TestNamesThatAreRefused(t *testing.T) {
	for _, options := range []watchdog.Options{{Namespace: "dev"}, {Name: "env"}, {Name: "Env", Namespace: "dev"}} {
		options.Gateway = watchdog.Gateway
		if _, err := watchdog.New(context.Background(), options, http.NotFoundHandler()); err == nil {
			t.Errorf("%+v", options)
		}
	}
}

func TestItStartsBeforeTheGateway(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	options := watchdog.Options{Name: "env", Namespace: "dev", Gateway: "http://127.0.0.1:1"}
	handler, err := watchdog.New(ctx, options, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Fatal(w.Code)
	}
}

func TestLimiter(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	limiter := watchdog.NewLimiter(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-leave
	}), 1)
	done := make(chan struct{})
	go func() {
		limiter.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		close(done)
	}()
	<-inside
	w := httptest.NewRecorder()
	limiter.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if !limiter.Met() || w.Code != 429 || w.Header().Get("X-OpenFaaS-Internal") != "faas-middleware" {
		t.Fatal(w.Code)
	}
	close(leave)
	<-done
	var none *watchdog.Limiter
	if limiter.Met() || none.Met() || watchdog.NewLimiter(nil, 0).Met() || watchdog.NewLimiter(nil, -1).Met() {
		t.Fatal("met")
	}
}

// A handler that panics gives its place back.
func TestLimiterAfterAPanic(t *testing.T) {
	limiter := watchdog.NewLimiter(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") }), 1)
	for range 3 {
		func() {
			defer func() { _ = recover() }()
			limiter.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
	}
	if limiter.Met() {
		t.Fatal("met")
	}
}
