/* SPDX-License-Identifier: MIT */
#include "native.h"

#include <stddef.h>

/* A token is verified once, and then only read: no call on it gives up the GIL. Yet what makes
 * Python objects may run other code, which may close it, so it is opened all the same. */
/* A getter's closure is the claim's number. */
static int32_t claim_of(void *closure)
{
    return (int32_t)(intptr_t)closure;
}

static PyObject *text_claim(PyObject *self, void *closure)
{
    size_t len = 0;
    handle *token = (handle *)self;
    if (!handle_open(token))
        return NULL;
    const char *at = fnt_token_text(token->at, claim_of(closure), 0, &len);
    PyObject *made = str_or_none(at, len);
    handle_done(token);
    return made;
}

static PyObject *list_claim(PyObject *self, void *closure)
{
    size_t len = 0;
    const char *at;
    handle *token = (handle *)self;
    if (!handle_open(token))
        return NULL;
    PyObject *list = PyList_New(0);
    for (size_t i = 0;
         list != NULL && (at = fnt_token_text(token->at, claim_of(closure), i, &len)) != NULL;
         i++) {
        PyObject *item = str_of(at, len);
        if (item == NULL || PyList_Append(list, item) != 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    handle_done(token);
    PyObject *made = list == NULL ? NULL : PyList_AsTuple(list);
    Py_XDECREF(list);
    return made;
}

static PyObject *time_claim(PyObject *self, void *closure)
{
    if (!handle_open((handle *)self))
        return NULL;
    int64_t seconds = fnt_token_time(((handle *)self)->at, claim_of(closure), -1);
    handle_done((handle *)self);
    if (seconds < 0)
        return Py_NewRef(Py_None);
    return PyObject_CallFunction(state_of_type(self)->make_utc, "L", (long long)seconds);
}

static PyObject *token_authorize(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *keywords)
{
    static const char *const names[] = {"resource", "now"};
    PyObject *given[2];
    text resource;
    int64_t now = 0;
    fnt_report *report = NULL;
    module_state *state = state_of_type(self);
    if (!take_arguments("authorize", args, count, keywords, names, 2, 1, given) ||
        !take_now(state, given[1], &now) || !text_take(given[0], &resource))
        return NULL;
    if (!handle_open((handle *)self)) {
        text_drop(&resource);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    if (status == FNT_OK)
        status = fnt_token_authorize(((handle *)self)->at, TEXT(resource), now, report);
    handle_done((handle *)self);
    text_drop(&resource);
    PyObject *answer = status == FNT_OK ? Py_NewRef(Py_None) : raise_status(state, status, report);
    fnt_report_free(report);
    return answer;
}

static PyMethodDef methods[] = {
    {"authorize", FAST(token_authorize), METH_FASTCALL | METH_KEYWORDS,
     "authorize($self, resource, now=None)\n--\n\nThe second half of Verifier.authorize(): looks "
     "at the time again, and not at keys or revocations.\n\nRaises Denied, or Refused where the "
     "token has expired or calls no function."},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};

/* All but the braces, which versions of clang-format lay out differently in a macro. */
#define CLAIM(name, getter, claim, doc) name, getter, NULL, doc, (void *)(intptr_t)(claim)
static PyGetSetDef claims[] = {
    {CLAIM("issuer", text_claim, FNT_CLAIM_ISSUER, "iss, a str.")},
    {CLAIM("subject", text_claim, FNT_CLAIM_SUBJECT,
           "sub, a str. As it was signed: escape() it before it goes to a log or header.")},
    {CLAIM("audience", list_claim, FNT_CLAIM_AUDIENCE, "aud, a tuple of str.")},
    {CLAIM("permissions", list_claim, FNT_CLAIM_PERMISSION,
           "function.permissions, a tuple of patterns.")},
    {CLAIM("function_audience", list_claim, FNT_CLAIM_FUNCTION_AUDIENCE,
           "function.audience, a tuple of patterns.")},
    {CLAIM("fed_issuer", text_claim, FNT_CLAIM_FED_ISSUER,
           "fed:iss, the identity provider behind the subject; or None.")},
    {CLAIM("id", text_claim, FNT_CLAIM_ID, "jti, or None.")},
    {CLAIM("key_id", text_claim, FNT_CLAIM_KEY_ID,
           "kid of the header, which need not name a key; or None.")},
    {CLAIM("kind", text_claim, FNT_CLAIM_KIND,
           "\"function\", \"api\" or \"other\": what it was verified as.")},
    {CLAIM("policy", list_claim, FNT_CLAIM_POLICY, "policy of an API token, a tuple of names.")},
    {CLAIM("json", text_claim, FNT_CLAIM_JSON, "All claims as they were signed, a str of JSON.")},
    {CLAIM("expires", time_claim, FNT_CLAIM_EXPIRES, "exp, an aware datetime, rounded down.")},
    {CLAIM("not_before", time_claim, FNT_CLAIM_NOT_BEFORE,
           "nbf, an aware datetime, rounded up; or None.")},
    {CLAIM("issued", time_claim, FNT_CLAIM_ISSUED, "iat, an aware datetime, rounded up; or None.")},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_doc, "A verified token. Only a Verifier makes one; it never changes."},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, claims},
    {0, NULL},
};
PyType_Spec token_spec = {"fntoken.Token", sizeof(handle), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
