// SPDX-License-Identifier: MIT
// An identity provider for demo and tests: node provider.mjs PORT SECRET_FILE     PORT 0: a free one
// It has one client, openfaas, for client_credentials, whose tokens are JWTs for the audience openfaas unless another resource is asked
// for. It says its issuer on standard output, and reads lines from standard input, each answered by one: "rotate" makes a key that signs
// from then on, "withdraw" publishes that one alone. The end of standard input ends it.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const [port, secretFile] = process.argv.slice(2);
const secret = readFileSync(secretFile, 'utf8').trim();
const seconds = 300;

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

const resource = (audience) => ({
  scope: 'email', audience, accessTokenFormat: 'jwt', accessTokenTTL: seconds, jwt: { sign: { alg: 'RS256' } },
});

// Keys are fixed when a Provider is made: with others there is another one, behind the same socket.
function serve(issuer, keys) {
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: [{
      client_id: 'openfaas', client_secret: secret, token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
    }],
    scopes: ['openid', 'email'],
    ttl: { ClientCredentials: seconds },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:openfaas',
        getResourceServerInfo: (_, name) => resource(name === 'urn:openfaas' ? 'openfaas' : name),
      },
    },
  });
  provider.on('server_error', (_, error) => console.error(error));
  return provider.callback();
}

let keys = [newKey()];
let answer;
const server = createServer((request, response) => answer(request, response));
server.on('error', (error) => { console.error(error.message); process.exit(2); });
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = serve(issuer, keys);
  console.log(issuer);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    keys = line === 'rotate' ? [newKey(), ...keys] : keys.slice(0, 1);
    answer = serve(issuer, keys);
    console.log(line);
  });
  lines.on('close', () => process.exit(0));
});
