// SPDX-License-Identifier: MIT

/*
Package watchdog is the check of OpenFaaS's watchdogs: what the modules in
bindings/go/faas-middleware offer under the names of
github.com/openfaas/faas-middleware.
*/
package watchdog

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"time"

	"fntoken"
	"fntoken/fnthttp"
)

// Gateway is where a function finds the gateway inside a cluster.
const Gateway = "http://gateway.openfaas:8080"

// Options say which function is guarded, and by which gateway's tokens.
type Options struct {
	Name      string // of the function
	Namespace string // of the function
	Gateway   string // its address; the issuer is the one that its discovery document names
	Debug     bool   // log each fetch of keys, and who was let in
}

// New guards next. The gateway need not be there yet: until its keys are, the
// answer is 503. The error says which option is wrong. Keys are fetched until
// ctx is done.
func New(ctx context.Context, options Options, next http.Handler) (http.Handler, error) {
	resource := options.Namespace + ":" + options.Name
	if _, err := fntoken.Match("*", resource); err != nil {
		return nil, fmt.Errorf("%q names no function: set OPENFAAS_NAME and OPENFAAS_NAMESPACE; %w", resource, err)
	}
	logger := slog.Default()
	if options.Debug {
		logger = slog.New(slog.NewTextHandler(log.Writer(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	guard, err := fnthttp.NewGuard(fnthttp.Config{Gateway: options.Gateway, UserAgent: "openfaas-watchdog", Logger: logger})
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, guard.Stop) // requests that still come are answered with the last keys
	return &handler{guard, resource, options.Debug, next}, nil
}

type handler struct {
	guard    *fnthttp.Guard
	resource string
	debug    bool
	next     http.Handler
}

// ServeHTTP passes on what may call the function, with how long it took to see
// that in X-Auth-Seconds.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if err := h.guard.Authorize(r, h.resource); err != nil {
		status := fntoken.StatusOf(err).HTTP()
		fnthttp.Refuse(w, err)
		path := fntoken.Escape(r.URL.Path, fntoken.Plain)
		log.Printf("%s %s - %d ACCESS DENIED - (%s) - %v", r.Method, path, status, time.Since(began).Round(time.Millisecond), err)
		return
	}
	if h.debug {
		log.Printf("[JWT Auth] %s: let in", h.resource)
	}
	r.Header.Set("X-Auth-Seconds", fmt.Sprintf("%f", time.Since(began).Seconds()))
	h.next.ServeHTTP(w, r)
}
