/* SPDX-License-Identifier: MIT */
/* Verifier, and Token that it gives out. A hit in the cache keeps the GIL: giving it up and taking
 * it again costs as much as the answer. Everything that may check a signature gives it up. */
#include "native.h"

/* ---- Verifier ------------------------------------------------------------ */

static fnt_status set_option(void *of, int32_t option, int64_t value)
{
    return fnt_verifier_set(of, option, value);
}

/* What is not a setting, out of a copy of the keywords; borrowed. */
static bool take_out(PyObject *settings, const char *name, PyObject **out)
{
    PyObject *found = PyDict_GetItemString(settings, name);
    if (found == NULL)
        return true;
    *out = found;
    return PyDict_DelItemString(settings, name) == 0;
}

static PyObject *verifier_made(module_state *state, PyObject *issuer, PyObject *keys,
                               PyObject *audience, PyObject *settings)
{
    text iss = {NULL, 0, NULL}, aud = {NULL, 0, NULL};
    handle *keyset = NULL;
    fnt_verifier *made = NULL;
    PyObject *answer = NULL;
    if (!text_take(issuer, &iss) || !text_take(audience, &aud) ||
        !handle_given(state, keys, KEYSET, true, &keyset))
        goto end;
    fnt_status status =
        fnt_verifier_new(TEXT(iss), TEXT(aud), keyset == NULL ? NULL : keyset->at, &made);
    if (status != FNT_OK)
        raise_status(state, status, NULL);
    else if (take_settings(state, settings, made, set_option))
        answer = handle_of(state, VERIFIER, made);
    else
        fnt_verifier_free(made);
end:
    if (keyset != NULL)
        handle_done(keyset);
    text_drop(&iss);
    text_drop(&aud);
    return answer;
}

static PyObject *verifier_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *issuer = NULL, *keys = NULL, *audience = NULL, *answer = NULL;
    PyObject *settings = keywords == NULL ? PyDict_New() : PyDict_Copy(keywords);
    if (settings != NULL && PyArg_ParseTuple(args, "|OO:Verifier", &issuer, &keys)) {
        PyObject *given[] = {PyDict_GetItemString(settings, "issuer"),
                             PyDict_GetItemString(settings, "keys")};
        if ((issuer != NULL && given[0] != NULL) || (keys != NULL && given[1] != NULL))
            PyErr_SetString(PyExc_TypeError, "Verifier() got an argument twice");
        else if (take_out(settings, "issuer", &issuer) && take_out(settings, "keys", &keys) &&
                 take_out(settings, "audience", &audience))
            answer = verifier_made(PyType_GetModuleState(type), issuer, keys, audience, settings);
    }
    Py_XDECREF(settings);
    return answer;
}

typedef struct {
    text header, resource;
    int64_t now;
} question;

static bool take_question(PyObject *self, const char *function, PyObject *const *args,
                          Py_ssize_t count, PyObject *keywords, question *q)
{
    static const char *const names[] = {"authorization", "resource", "now"};
    PyObject *given[3];
    q->header = q->resource = (text){NULL, 0, NULL};
    if (!take_arguments(function, args, count, keywords, names, 3, 2, given) ||
        !take_now(state_of_type(self), given[2], &q->now))
        return false;
    if (text_take(given[0], &q->header) && text_take(given[1], &q->resource))
        return true;
    text_drop(&q->header);
    return false;
}

static void drop_question(question *q)
{
    text_drop(&q->header);
    text_drop(&q->resource);
}

/* The whole check, without the GIL; where it is no, what is told of it is in *report. */
static fnt_status ask_at_length(handle *self, const question *q, fnt_token **token,
                                fnt_report **report)
{
    fnt_status status = fnt_report_new(report);
    if (status == FNT_OK)
        status = fnt_report_level(*report, FNT_REPORT_DECISION);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status =
            fnt_authorize(self->at, TEXT(q->header), TEXT(q->resource), q->now, token, *report);
    Py_END_ALLOW_THREADS;
    return status;
}

static PyObject *verifier_authorize(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                    PyObject *keywords)
{
    question q;
    fnt_token *token = NULL;
    fnt_report *report = NULL;
    handle *guard = (handle *)self;
    if (!take_question(self, "authorize", args, count, keywords, &q))
        return NULL;
    if (!handle_open(guard)) {
        drop_question(&q);
        return NULL;
    }
    fnt_status status =
        fnt_authorize_cached(guard->at, TEXT(q.header), TEXT(q.resource), q.now, &token);
    if (status != FNT_OK)
        status = ask_at_length(guard, &q, &token, &report);
    handle_done(guard);
    drop_question(&q);
    module_state *state = state_of_type(self);
    PyObject *answer =
        status == FNT_OK ? handle_of(state, TOKEN, token) : raise_status(state, status, report);
    fnt_report_free(report);
    return answer;
}

static PyObject *verifier_authorize_cached(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                           PyObject *keywords)
{
    question q;
    fnt_token *token = NULL;
    handle *guard = (handle *)self;
    if (!take_question(self, "authorize_cached", args, count, keywords, &q))
        return NULL;
    if (!handle_open(guard)) {
        drop_question(&q);
        return NULL;
    }
    fnt_status status =
        fnt_authorize_cached(guard->at, TEXT(q.header), TEXT(q.resource), q.now, &token);
    handle_done(guard);
    drop_question(&q);
    if (status == FNT_OK)
        return handle_of(state_of_type(self), TOKEN, token);
    return status == FNT_FAULT_NOT_CACHED ? Py_NewRef(Py_None)
                                          : raise_status(state_of_type(self), status, NULL);
}

static PyObject *verifier_permits(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                  PyObject *keywords)
{
    question q;
    handle *guard = (handle *)self;
    if (!take_question(self, "permits", args, count, keywords, &q))
        return NULL;
    if (!handle_open(guard)) {
        drop_question(&q);
        return NULL;
    }
    fnt_status status =
        fnt_authorize_cached(guard->at, TEXT(q.header), TEXT(q.resource), q.now, NULL);
    if (status == FNT_FAULT_NOT_CACHED) {
        Py_BEGIN_ALLOW_THREADS;
        status = fnt_authorize(guard->at, TEXT(q.header), TEXT(q.resource), q.now, NULL, NULL);
        Py_END_ALLOW_THREADS;
    }
    handle_done(guard);
    drop_question(&q);
    if (status > FNT_OK && status < FNT_REFUSED_NO_TOKEN)
        return raise_status(state_of_type(self), status, NULL);
    return PyBool_FromLong(status == FNT_OK);
}

static PyObject *verifier_verify(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *keywords)
{
    static const char *const names[] = {"token", "now"};
    PyObject *given[2];
    text jws;
    int64_t now = 0;
    fnt_token *token = NULL;
    fnt_report *report = NULL;
    module_state *state = state_of_type(self);
    if (!take_arguments("verify", args, count, keywords, names, 2, 1, given) ||
        !take_now(state, given[1], &now) || !text_take(given[0], &jws))
        return NULL;
    if (!handle_open((handle *)self)) {
        text_drop(&jws);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_verify(((handle *)self)->at, TEXT(jws), now, &token, report);
    Py_END_ALLOW_THREADS;
    handle_done((handle *)self);
    text_drop(&jws);
    PyObject *answer =
        status == FNT_OK ? handle_of(state, TOKEN, token) : raise_status(state, status, report);
    fnt_report_free(report);
    return answer;
}

/* Gives a handle (or None) to the verifier. */
static PyObject *give(PyObject *self, PyObject *given, kind what)
{
    module_state *state = state_of_type(self);
    handle *other = NULL;
    if (!handle_given(state, given, what, true, &other))
        return NULL;
    fnt_status status = FNT_OK;
    bool open = handle_open((handle *)self);
    if (open) {
        void *at = other == NULL ? NULL : other->at;
        status = what == KEYSET ? fnt_verifier_set_keyset(((handle *)self)->at, at)
                                : fnt_verifier_set_revoked(((handle *)self)->at, at);
        handle_done((handle *)self);
    }
    if (other != NULL)
        handle_done(other);
    if (!open)
        return NULL;
    return status == FNT_OK ? Py_NewRef(Py_None) : raise_status(state, status, NULL);
}

static PyObject *verifier_set_keys(PyObject *self, PyObject *keys)
{
    return give(self, keys, KEYSET);
}

static PyObject *verifier_set_revoked(PyObject *self, PyObject *revoked)
{
    return give(self, revoked, REVOKED);
}

static PyObject *verifier_get(PyObject *self, PyObject *name)
{
    if (!handle_open((handle *)self))
        return NULL;
    int64_t value = fnt_verifier_get(((handle *)self)->at, option_of(name));
    handle_done((handle *)self);
    if (value == -1)
        return PyErr_Format(PyExc_KeyError, "%R is no setting or statistic", name);
    return PyLong_FromLongLong(value);
}

static PyMethodDef methods[] = {
    {"authorize", FAST(verifier_authorize), METH_FASTCALL | METH_KEYWORDS,
     "authorize($self, authorization, resource, now=None)\n--\n\nThe whole check of one request "
     "(RFC 6750, 2.1; RFC 7515, 5.2; RFC 7519, 7.2): finds the token in the header, verifies it,\n"
     "and decides whether its permissions and audience cover the resource.\n\nauthorization: the "
     "value of Authorization, str or bytes; None if there was none; several joined by a comma, and "
     "so refused.\nresource: NAMESPACE:NAME. now: whole seconds since 1970, or an aware datetime; "
     "None: the clock's.\n\nReturns the Token. Raises Refused (401), Denied (403), NotReady (503) "
     "or another Fault (500), each with its report.\nThe GIL is kept for a hit in the cache, and "
     "given up for a verification. Any thread."},
    {"authorize_cached", FAST(verifier_authorize_cached), METH_FASTCALL | METH_KEYWORDS,
     "authorize_cached($self, authorization, resource, now=None)\n--\n\nWhat authorize() would "
     "answer, out of the cache alone: for an event loop, before a pool of threads.\n\nReturns the "
     "Token, or None where the cache does not know it. Raises Refused, Denied or NotReady, without "
     "a report."},
    {"permits", FAST(verifier_permits), METH_FASTCALL | METH_KEYWORDS,
     "permits($self, authorization, resource, now=None)\n--\n\nauthorize() as True or False, "
     "without a reason; a fault is raised all the same."},
    {"verify", FAST(verifier_verify), METH_FASTCALL | METH_KEYWORDS,
     "verify($self, token, now=None)\n--\n\nThe first half of authorize(), for a token that came "
     "another way: who it is, and not yet what they may.\n\nReturns the Token. Raises Refused."},
    {"set_keys", verifier_set_keys, METH_O,
     "set_keys($self, keys, /)\n--\n\nReplaces the keys (a KeySet), for calls that start later; "
     "None: NotReady to everything. Any thread."},
    {"set_revoked", verifier_set_revoked, METH_O,
     "set_revoked($self, revoked, /)\n--\n\nReplaces the revocations; None: nothing is revoked. "
     "Any "
     "thread."},
    {"get", verifier_get, METH_O,
     "get($self, name, /)\n--\n\nA setting by its name, or \"hits\", \"misses\", \"cached\", "
     "\"cached_bytes\", \"evictions\" of the cache. KeyError: there is none."},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_doc,
     "Verifier(issuer, keys=None, *, audience=None, **settings)\n--\n\nOne issuer, one audience, "
     "the current keys, a cache.\n\nissuer: what iss must be, byte for byte. keys: a KeySet; None: "
     "NotReady until set_keys(). audience: None: the issuer.\nSettings, frozen at first use: "
     "leeway (seconds, 1), max_age, max_lifetime (seconds, 0: any), max_bytes (16384),\nalgorithms "
     "(\"ES256\"), any_kind (False), cache_entries (0: no cache), cache_bytes, max_header_bytes, "
     "max_header_names."},
    {Py_tp_new, verifier_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};
PyType_Spec verifier_spec = {"fntoken.Verifier", sizeof(handle), 0, Py_TPFLAGS_DEFAULT, slots};
