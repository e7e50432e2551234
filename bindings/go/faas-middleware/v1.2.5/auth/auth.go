// SPDX-License-Identifier: MIT

// Package auth takes the place of the package of that name in
// github.com/openfaas/faas-middleware v1.2.5: libfntoken checks the tokens.
package auth

import (
	"context"
	"net/http"

	"fntoken/watchdog"
)

const local = "http://127.0.0.1:8000"

// JWTAuthOptions say which function is guarded.
type JWTAuthOptions struct {
	Name           string // of the function, OPENFAAS_NAME
	Namespace      string // of the function, OPENFAAS_NAMESPACE
	LocalAuthority bool   // the gateway is at http://127.0.0.1:8000, and not at http://gateway.openfaas:8080
	Debug          bool   // log more
}

// NewJWTAuthMiddleware lets requests through to next that bring a Function Token
// of the gateway for this function. The gateway need not be there yet: until its
// keys are, the answer is 503. The error says which option is wrong.
func NewJWTAuthMiddleware(opts JWTAuthOptions, next http.Handler) (http.Handler, error) {
	gateway := watchdog.Gateway
	if opts.LocalAuthority {
		gateway = local
	}
	return watchdog.New(context.Background(), watchdog.Options{Name: opts.Name, Namespace: opts.Namespace, Gateway: gateway, Debug: opts.Debug}, next)
}
