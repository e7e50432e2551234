// SPDX-License-Identifier: MIT
module github.com/openfaas/faas-middleware

go 1.24

require fntoken v0.0.0

replace fntoken => ../..
