// SPDX-License-Identifier: MIT
module bench

go 1.24

require (
	fntoken v0.0.0
	github.com/golang-jwt/jwt/v5 v5.3.1
)

replace fntoken => ../../bindings/go
