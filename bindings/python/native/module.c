/* SPDX-License-Identifier: MIT */
#include "native.h"

extern PyType_Spec keyset_spec, key_spec, verifier_spec, token_spec, revoked_spec, patterns_spec,
    iam_spec, service_spec;

static const struct {
    PyType_Spec *spec;
    const char *name;
} types[TYPES] = {
    [KEYSET] = {&keyset_spec, "KeySet"},
    [KEY] = {&key_spec, "Key"},
    [VERIFIER] = {&verifier_spec, "Verifier"},
    [TOKEN] = {&token_spec, "Token"},
    [REVOKED] = {&revoked_spec, "Revocations"},
    [PATTERNS] = {&patterns_spec, "Patterns"},
    [IAM] = {&iam_spec, "Iam"},
    [SERVICE] = {&service_spec, "TokenService"},
};

/* No type of this module has subclasses, so each knows it. */
module_state *state_of_type(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

static int execute(PyObject *module)
{
    module_state *state = PyModule_GetState(module);
    for (int i = 0; i < TYPES; i++) {
        state->types[i] = PyType_FromModuleAndSpec(module, types[i].spec, NULL);
        if (state->types[i] == NULL ||
            PyModule_AddObjectRef(module, types[i].name, state->types[i]) != 0)
            return -1;
    }
    PyObject *values = PyImport_ImportModule("fntoken._values");
    if (values == NULL)
        return -1;
    state->make_error = PyObject_GetAttrString(values, "error_of");
    state->make_entries = PyObject_GetAttrString(values, "entries_of");
    state->make_seconds = PyObject_GetAttrString(values, "seconds_of");
    state->make_utc = PyObject_GetAttrString(values, "utc_of");
    Py_DECREF(values);
    return PyErr_Occurred() ? -1 : 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = PyModule_GetState(module);
    for (int i = 0; state != NULL && i < TYPES; i++)
        Py_VISIT(state->types[i]);
    if (state != NULL) {
        Py_VISIT(state->make_error);
        Py_VISIT(state->make_entries);
        Py_VISIT(state->make_seconds);
        Py_VISIT(state->make_utc);
    }
    return 0;
}

static int clear(PyObject *module)
{
    module_state *state = PyModule_GetState(module);
    for (int i = 0; state != NULL && i < TYPES; i++)
        Py_CLEAR(state->types[i]);
    if (state != NULL) {
        Py_CLEAR(state->make_error);
        Py_CLEAR(state->make_entries);
        Py_CLEAR(state->make_seconds);
        Py_CLEAR(state->make_utc);
    }
    return 0;
}

static void drop(void *module)
{
    (void)clear(module);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fntoken._native",
    .m_doc = "The public header of libfntoken as Python types; fntoken is the package to import.",
    .m_size = sizeof(module_state),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = drop,
};

PyMODINIT_FUNC PyInit__native(void);
PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
