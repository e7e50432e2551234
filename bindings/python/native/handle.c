/* SPDX-License-Identifier: MIT */
#include "native.h"

static void release(void *at, kind what)
{
    switch (what) {
    case KEYSET:
        fnt_keyset_free(at);
        break;
    case KEY:
        fnt_key_free(at);
        break;
    case VERIFIER:
        fnt_verifier_free(at);
        break;
    case TOKEN:
        fnt_token_free(at);
        break;
    case REVOKED:
        fnt_revoked_free(at);
        break;
    case PATTERNS:
        fnt_patterns_free(at);
        break;
    case IAM:
        fnt_iam_free(at);
        break;
    case SERVICE:
        fnt_sts_free(at);
        break;
    case TYPES:
        break;
    }
}

static void end(handle *self)
{
    void *at = self->at;
    self->at = NULL;
    release(at, self->what);
}

PyObject *handle_of(module_state *state, kind what, void *at)
{
    handle *made = (handle *)PyType_GenericAlloc((PyTypeObject *)state->types[what], 0);
    if (made == NULL) {
        release(at, what);
        return NULL;
    }
    made->at = at;
    made->what = what;
    return (PyObject *)made;
}

bool handle_open(handle *self)
{
    if (self->closed || self->at == NULL) {
        PyErr_SetString(PyExc_ValueError, "it is closed");
        return false;
    }
    self->busy++;
    return true;
}

void handle_done(handle *self)
{
    self->busy--;
    if (self->closed && self->busy == 0)
        end(self);
}

bool handle_given(module_state *state, PyObject *given, kind what, bool none, handle **out)
{
    *out = NULL;
    if (none && (given == NULL || given == Py_None))
        return true;
    if (given == NULL || (PyObject *)Py_TYPE(given) != state->types[what]) {
        PyErr_Format(PyExc_TypeError, "%R is expected, not %R", state->types[what],
                     given == NULL ? Py_None : (PyObject *)Py_TYPE(given));
        return false;
    }
    if (!handle_open((handle *)given))
        return false;
    *out = (handle *)given;
    return true;
}

void handle_dealloc(PyObject *self)
{
    handle *h = (handle *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (h->at != NULL)
        end(h);
    Py_XDECREF(h->report);
    PyObject_Free(self);
    Py_DECREF(type);
}

PyObject *handle_close(PyObject *self, PyObject *Py_UNUSED(none))
{
    handle *h = (handle *)self;
    h->closed = true;
    if (h->busy == 0 && h->at != NULL)
        end(h);
    return Py_NewRef(Py_None);
}

PyObject *handle_enter(PyObject *self, PyObject *Py_UNUSED(none))
{
    return Py_NewRef(self);
}

PyObject *handle_exit(PyObject *self, PyObject *Py_UNUSED(args))
{
    return handle_close(self, NULL);
}

PyObject *handle_report(PyObject *self, void *Py_UNUSED(unused))
{
    PyObject *report = ((handle *)self)->report;
    return PyObject_CallFunctionObjArgs(state_of_type(self)->make_entries,
                                        report == NULL ? Py_None : report, NULL);
}
