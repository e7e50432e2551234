// SPDX-License-Identifier: MIT
// The public header is C++ too: this only has to compile, without a warning, and to link.
#include <fntoken/fntoken.h>

int main()
{
    fnt_verifier *verifier = nullptr;
    fnt_status status =
        fnt_verifier_new(FNT_STR("https://gateway.example.com"), nullptr, 0, nullptr, &verifier);
    fnt_verifier_free(verifier);
    return status == FNT_OK ? 0 : 1;
}
