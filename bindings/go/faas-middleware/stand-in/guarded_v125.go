// SPDX-License-Identifier: MIT

//go:build !ctx

package main

import (
	"net/http"
	"os"

	"github.com/openfaas/faas-middleware/auth"
)

func guarded(next http.Handler) (http.Handler, error) {
	return auth.NewJWTAuthMiddleware(auth.JWTAuthOptions{
		Name:           os.Getenv("OPENFAAS_NAME"),
		Namespace:      os.Getenv("OPENFAAS_NAMESPACE"),
		LocalAuthority: os.Getenv("jwt_auth_local") == "true",
		Debug:          os.Getenv("jwt_auth_debug") == "true",
	}, next)
}
