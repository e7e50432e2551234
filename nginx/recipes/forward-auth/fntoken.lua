-- SPDX-License-Identifier: MIT
-- Asks the guard about each request, and answers as it does. Only what is named here reaches it.
local guard = "http://127.0.0.1:8084/authorize"
local told = { "www-authenticate", "cache-control", "vary", "retry-after", "x-openfaas-internal", "content-type" }
local identity = { "x-fntoken-subject", "x-fntoken-issuer", "x-fntoken-id", "x-fntoken-resource" }

core.register_action("fntoken", { "http-req" }, function(txn)
    local sent = txn.http:req_get_headers()
    local asked = { ["x-original-uri"] = { txn.f:pathq() } }
    if sent["authorization"] then
        asked["authorization"] = {}
        for _, value in pairs(sent["authorization"]) do
            table.insert(asked["authorization"], value)
        end
    end
    local answer = core.httpclient():get { url = guard, headers = asked, timeout = 5000 }
    for name in pairs(sent) do -- in every spelling: some servers read any sign as a hyphen
        if name:lower():find("^x[^a-z0-9]fntoken[^a-z0-9]") then
            txn.http:req_del_header(name)
        end
    end
    for _, value in pairs(sent["connection"] or {}) do -- what is named there would go before the function
        if value:lower():gsub("_", "-"):find("x%-fntoken%-") then
            txn.http:req_del_header("connection")
        end
    end
    if answer and answer.status == 200 then
        for _, name in ipairs(identity) do
            if answer.headers[name] then
                txn.http:req_set_header(name, answer.headers[name][0])
            end
        end
        return
    end
    local refusal = txn:reply { status = answer and answer.status >= 400 and answer.status or 502 }
    for _, name in ipairs(told) do
        if answer and answer.headers and answer.headers[name] then
            refusal:add_header(name, answer.headers[name][0])
        end
    end
    refusal:set_body(answer and answer.body or "the guard does not answer\n")
    txn:done(refusal)
end)
