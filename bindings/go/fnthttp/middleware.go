// SPDX-License-Identifier: MIT

package fnthttp

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"fntoken"
)

type callerKey struct{}

// CallerOf is who called, in a handler behind a middleware; nil elsewhere.
func CallerOf(ctx context.Context) *fntoken.Claims {
	claims, _ := ctx.Value(callerKey{}).(*fntoken.Claims)
	return claims
}

// Middleware lets requests through to next that may call the resource,
// NAMESPACE:NAME. [CallerOf] tells next who called.
func (g *Guard) Middleware(resource string, next http.Handler) http.Handler {
	return g.MiddlewareFunc(func(*http.Request) (string, error) { return resource, nil }, next)
}

// MiddlewareFunc is Middleware with a resource for each request, such as
// [ResourceOf]'s. An error of it is answered as one of the decision.
func (g *Guard) MiddlewareFunc(resource func(*http.Request) (string, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(g.config.Open, r.RequestURI) {
			next.ServeHTTP(w, r)
			return
		}
		claims, err := g.callerOf(r, resource)
		if err != nil {
			g.config.Logger.Info("fntoken: a request was refused", "method", r.Method, "path", fntoken.Escape(r.URL.Path, fntoken.Plain), "reason", err)
			Refuse(w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, claims)))
	})
}

func (g *Guard) callerOf(r *http.Request, resource func(*http.Request) (string, error)) (*fntoken.Claims, error) {
	name, err := resource(r)
	if err != nil {
		return nil, err
	}
	return g.Caller(r, name)
}

// ResourceOf is the resource that the path of a request names, /function/NAME
// or /function/NAME.NAMESPACE.
func ResourceOf(r *http.Request) (string, error) { return fntoken.ResourceFromPath(r.RequestURI) }

// Refuse answers as OpenFaaS's watchdog does, whose realm faas-cli knows: 401
// with a challenge, 403, 503 with Retry-After, or 500, and never to be cached.
// It tells no more than the status.
func Refuse(w http.ResponseWriter, err error) {
	status := fntoken.StatusOf(err)
	if status == fntoken.OK {
		status = fntoken.FaultArgument
	}
	head := w.Header()
	head.Set("X-OpenFaaS-Internal", "faas-middleware")
	head.Set("Cache-Control", "no-store")
	head.Set("Vary", "Authorization")
	if challenge := status.Challenge(); challenge != "" {
		head.Set("WWW-Authenticate", challenge)
	}
	if status.HTTP() == http.StatusServiceUnavailable {
		head.Set("Retry-After", "1")
	}
	text := status.Sentence()
	if errors.Is(status, fntoken.ErrDenied) {
		text = "insufficient permissions"
	}
	http.Error(w, text, status.HTTP())
}
