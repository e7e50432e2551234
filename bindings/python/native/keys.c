/* SPDX-License-Identifier: MIT */
/* KeySet, Key and Revocations: what is read from text and given to others. */
#include "native.h"

PyObject *handle_made(module_state *state, kind what, void *at, fnt_status status,
                      fnt_report *report)
{
    handle *made = NULL;
    if (status != FNT_OK)
        raise_status(state, status, report);
    else if ((made = (handle *)handle_of(state, what, at)) != NULL)
        made->report = json_of(report);
    fnt_report_free(report);
    return (PyObject *)made;
}

/* ---- KeySet -------------------------------------------------------------- */

static PyObject *keyset_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"text", "symmetric", NULL};
    PyObject *given = NULL;
    int symmetric = 0;
    text in;
    fnt_keyset *made = NULL;
    fnt_report *report = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$p:KeySet", names, &given, &symmetric) ||
        !text_take(given, &in))
        return NULL;
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_keyset_parse(TEXT(in), symmetric ? FNT_ALLOW_SYMMETRIC : 0, &made, report);
    Py_END_ALLOW_THREADS;
    text_drop(&in);
    return handle_made(PyType_GetModuleState(type), KEYSET, made, status, report);
}

static PyObject *keyset_jwks(PyObject *self, PyObject *Py_UNUSED(none))
{
    char *json = NULL;
    size_t len = 0;
    if (!handle_open((handle *)self))
        return NULL;
    fnt_status status = fnt_keyset_jwks(((handle *)self)->at, &json, &len);
    handle_done((handle *)self);
    return status == FNT_OK ? str_taken(json, len)
                            : raise_status(state_of_type(self), status, NULL);
}

static PyMethodDef keyset_methods[] = {
    {"jwks", keyset_jwks, METH_NOARGS,
     "jwks($self)\n--\n\nThe keys as a JWKS (RFC 7517, 5) to publish, a str of JSON. It holds no "
     "secret: HS* keys are left out."},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef reported[] = {
    {"report", handle_report, NULL, "What was noted while it was read, a tuple of Entry.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot keyset_slots[] = {
    {Py_tp_doc,
     "KeySet(text, *, symmetric=False)\n--\n\nKeys to verify with: a JWKS or one JWK (RFC 7517), "
     "or PEM blocks (RFC 7468). Private halves are dropped,\nkeys that can't be used are skipped; "
     "`report` has both.\n\ntext: str or bytes, at most 1000 keys in 1 MiB. symmetric: take HS* "
     "secrets too.\nRaises Fault with status FAULT_KEY where nothing is usable. Immutable; any "
     "thread."},
    {Py_tp_new, keyset_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, keyset_methods},
    {Py_tp_getset, reported},
    {0, NULL},
};

/* ---- Key ----------------------------------------------------------------- */

static PyObject *key_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"text", "algorithm", NULL};
    PyObject *given = NULL, *algorithm = NULL;
    int32_t bits = 0;
    text in;
    fnt_key *made = NULL;
    fnt_report *report = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|O:Key", names, &given, &algorithm) ||
        !take_algorithms(algorithm, &bits) || !text_take(given, &in))
        return NULL;
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_key_parse(TEXT(in), bits, &made, report);
    Py_END_ALLOW_THREADS;
    text_drop(&in);
    return handle_made(PyType_GetModuleState(type), KEY, made, status, report);
}

static PyObject *key_generate(PyObject *type, PyObject *args)
{
    PyObject *algorithm = NULL;
    int32_t bits = FNT_ES256;
    fnt_key *made = NULL;
    fnt_status status;
    if (!PyArg_ParseTuple(args, "|O:generate", &algorithm) ||
        (algorithm != NULL && !take_algorithms(algorithm, &bits)))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    status = fnt_key_generate(bits, &made);
    Py_END_ALLOW_THREADS;
    return handle_made(PyType_GetModuleState((PyTypeObject *)type), KEY, made, status, NULL);
}

static PyObject *key_export(PyObject *self, int32_t form)
{
    char *out = NULL;
    size_t len = 0;
    if (!handle_open((handle *)self))
        return NULL;
    fnt_status status = fnt_key_export(((handle *)self)->at, form, &out, &len);
    handle_done((handle *)self);
    return status == FNT_OK ? str_taken(out, len) : raise_status(state_of_type(self), status, NULL);
}

static PyObject *key_private_pem(PyObject *self, PyObject *Py_UNUSED(none))
{
    return key_export(self, FNT_PRIVATE_PEM);
}

static PyObject *key_public_pem(PyObject *self, PyObject *Py_UNUSED(none))
{
    return key_export(self, FNT_PUBLIC_PEM);
}

static PyObject *key_public_jwk(PyObject *self, PyObject *Py_UNUSED(none))
{
    return key_export(self, FNT_PUBLIC_JWK);
}

static PyObject *key_id(PyObject *self, void *Py_UNUSED(unused))
{
    size_t len = 0;
    if (!handle_open((handle *)self))
        return NULL;
    const char *id = fnt_key_id(((handle *)self)->at, &len);
    PyObject *made = str_or_none(id, len);
    handle_done((handle *)self);
    return made;
}

static PyMethodDef key_methods[] = {
    {"generate", key_generate, METH_VARARGS | METH_CLASS,
     "generate($type, algorithm='ES256', /)\n--\n\nMakes a new key: EC on the algorithm's curve, "
     "RSA "
     "with 2048 bits."},
    {"private_pem", key_private_pem, METH_NOARGS,
     "private_pem($self)\n--\n\nThe whole key, PKCS#8 PEM, not encrypted: for a file that its "
     "owner alone can read."},
    {"public_pem", key_public_pem, METH_NOARGS,
     "public_pem($self)\n--\n\nThe public half, SPKI PEM."},
    {"public_jwk", key_public_jwk, METH_NOARGS,
     "public_jwk($self)\n--\n\nThe public half as one JWK with kid, use and alg; a str of JSON."},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef key_getset[] = {
    {"id", key_id, NULL, "The kid of its JWK, else its thumbprint (RFC 7638, SHA-256, base64url).",
     NULL},
    {"report", handle_report, NULL, "What was noted while it was read, a tuple of Entry.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot key_slots[] = {
    {Py_tp_doc,
     "Key(text, algorithm=None)\n--\n\nA private key to sign with: a private JWK, or PEM with "
     "exactly one private block.\n\nalgorithm: \"ES256\" and so on; None: as the JWK says, else as "
     "the curve demands, RS256 for RSA.\nRaises Fault with status FAULT_KEY where it is "
     "malformed, weak, public, encrypted or does not fit."},
    {Py_tp_new, key_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, key_methods},
    {Py_tp_getset, key_getset},
    {0, NULL},
};

/* ---- Revocations --------------------------------------------------------- */

static PyObject *revoked_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"text", NULL};
    PyObject *given = NULL;
    text in;
    fnt_revoked *made = NULL;
    fnt_report *report = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:Revocations", names, &given) ||
        !text_take(given, &in))
        return NULL;
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_revoked_parse(TEXT(in), &made, report);
    Py_END_ALLOW_THREADS;
    text_drop(&in);
    return handle_made(PyType_GetModuleState(type), REVOKED, made, status, report);
}

static PyMethodDef plain_methods[] = {HANDLE_METHODS, {NULL, NULL, 0, NULL}};
static PyType_Slot revoked_slots[] = {
    {Py_tp_doc,
     "Revocations(text=None)\n--\n\nTokens that are refused before their time, as JSON Lines: "
     "{\"jti\": ...}, {\"kid\": ...} or {\"fed_iss\": ..., \"sub\": ...},\nwith \"before\" and "
     "\"until\" in seconds; at most 100000 entries in 16 MiB (docs/revocation.md).\nRaises Fault "
     "with status FAULT_IAM and every error in .report."},
    {Py_tp_new, revoked_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, plain_methods},
    {Py_tp_getset, reported},
    {0, NULL},
};

PyType_Spec keyset_spec = {"fntoken.KeySet", sizeof(handle), 0, Py_TPFLAGS_DEFAULT, keyset_slots};
PyType_Spec key_spec = {"fntoken.Key", sizeof(handle), 0, Py_TPFLAGS_DEFAULT, key_slots};
PyType_Spec revoked_spec = {"fntoken.Revocations", sizeof(handle), 0, Py_TPFLAGS_DEFAULT,
                            revoked_slots};
