/* SPDX-License-Identifier: MIT */
#include "lib/base/app.h"

const char program_name[] = "test";
