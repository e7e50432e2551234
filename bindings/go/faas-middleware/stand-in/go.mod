// SPDX-License-Identifier: MIT
module standin

go 1.20

require github.com/openfaas/faas-middleware v1.2.5
