/* SPDX-License-Identifier: MIT */
/* Keys in every form that openssl and ssh-keygen write; made for these tests and of no other use.
 */
#ifndef FNT_TESTS_KEY_TEXTS_H
#define FNT_TESTS_KEY_TEXTS_H

#define P256_SEC1_PARAMS                                                                           \
    "-----BEGIN EC PARAMETERS-----\n"                                                              \
    "BggqhkjOPQMBBw==\n"                                                                           \
    "-----END EC PARAMETERS-----\n"                                                                \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                             \
    "MHcCAQEEIMFQNQCvQkF3Vqzjq9prpE838RnhUclMOe5Rv6cdmuOioAoGCCqGSM49\n"                           \
    "AwEHoUQDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJfSKRaKV7Qa\n"                           \
    "8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw==\n"                                                       \
    "-----END EC PRIVATE KEY-----\n"

#define P256_SEC1                                                                                  \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                             \
    "MHcCAQEEIMFQNQCvQkF3Vqzjq9prpE838RnhUclMOe5Rv6cdmuOioAoGCCqGSM49\n"                           \
    "AwEHoUQDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJfSKRaKV7Qa\n"                           \
    "8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw==\n"                                                       \
    "-----END EC PRIVATE KEY-----\n"

#define P256_SEC1_NO_PUBLIC                                                                        \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                             \
    "MDECAQEEIMFQNQCvQkF3Vqzjq9prpE838RnhUclMOe5Rv6cdmuOioAoGCCqGSM49\n"                           \
    "AwEH\n"                                                                                       \
    "-----END EC PRIVATE KEY-----\n"

#define P256_PKCS8                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwVA1AK9CQXdWrOOr\n"                           \
    "2mukTzfxGeFRyUw57lG/px2a46KhRANCAATTes0GpM9UY2ie3jmMFuXBsImYyHMN\n"                           \
    "Q6OE7qElSp6Al9IpFopXtBryo+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gj\n"                                   \
    "-----END PRIVATE KEY-----\n"

#define P256_SPKI                                                                                  \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE03rNBqTPVGNont45jBblwbCJmMhz\n"                           \
    "DUOjhO6hJUqegJfSKRaKV7Qa8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw==\n"                               \
    "-----END PUBLIC KEY-----\n"

#define P256_CERT                                                                                  \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBkjCCATegAwIBAgIUWEvhbb4p1EmSvRCAy+EGpK6QMHkwCgYIKoZIzj0EAwIw\n"                           \
    "HTEbMBkGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMCAXDTI2MTEyNDIzMzYwOFoY\n"                           \
    "DzIxMjYxMDMxMjMzNjA4WjAdMRswGQYDVQQDDBJpc3N1ZXIuZXhhbXBsZS5jb20w\n"                           \
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATTes0GpM9UY2ie3jmMFuXBsImYyHMN\n"                           \
    "Q6OE7qElSp6Al9IpFopXtBryo+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gjo1MwUTAd\n"                           \
    "BgNVHQ4EFgQUbzLCryvGGRtbwGviKKlpfohvOOgwHwYDVR0jBBgwFoAUbzLCryvG\n"                           \
    "GRtbwGviKKlpfohvOOgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG\n"                           \
    "AiEAriqNX4Uh4ki+NoashHfAf4SlLwAceM1aiSlHSsTJsSMCIQC8uQlgqpY7/OW9\n"                           \
    "FmCV2Wdlr26ei82QmJs+GZOY/h9Nhg==\n"                                                           \
    "-----END CERTIFICATE-----\n"

#define P256_CERT_V1                                                                               \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBNjCB3QIUXxE2uEUU8m49LBPqIrD3qOncf/cwCgYIKoZIzj0EAwIwHTEbMBkG\n"                           \
    "A1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMCAXDTI2MTEyNDIzMzYwOVoYDzIxMjYx\n"                           \
    "MDMxMjMzNjA5WjAdMRswGQYDVQQDDBJpc3N1ZXIuZXhhbXBsZS5jb20wWTATBgcq\n"                           \
    "hkjOPQIBBggqhkjOPQMBBwNCAATTes0GpM9UY2ie3jmMFuXBsImYyHMNQ6OE7qEl\n"                           \
    "Sp6Al9IpFopXtBryo+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gjMAoGCCqGSM49BAMC\n"                           \
    "A0gAMEUCIBQ0yjcgR6TnXiYGuq0r7Z9dgqXekn4UwfhgUwqGCFTpAiEApBJGQiBK\n"                           \
    "FnEQyTe/4TmH+ZRdWoTYjoz9hHFMmKvhGtg=\n"                                                       \
    "-----END CERTIFICATE-----\n"

#define P256_CERT_BY_ED                                                                            \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBHDCBzwIUFEnCGUnI+rokxo0My1eUv7ol0cowBQYDK2VwMBQxEjAQBgNVBAMM\n"                           \
    "CWF1dGhvcml0eTAgFw0yNjExMjQyMzM2MDlaGA8yMTI2MTAzMTIzMzYwOVowHTEb\n"                           \
    "MBkGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"                           \
    "AQcDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJfSKRaKV7Qa8qPu\n"                           \
    "OT8o8tZkcZyPl2DOQitUOt5+yMtYIzAFBgMrZXADQQCQygkgFH0uCZxJzFXUr3/w\n"                           \
    "DhNZgjafuP8HVaogptS1nbLSrNq3h90zvtWw5mVgLMGocyS3Qjx01OYUmqzWeQcK\n"                           \
    "-----END CERTIFICATE-----\n"

#define P256_CSR                                                                                   \
    "-----BEGIN CERTIFICATE REQUEST-----\n"                                                        \
    "MIHXMH8CAQAwHTEbMBkGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMFkwEwYHKoZI\n"                           \
    "zj0CAQYIKoZIzj0DAQcDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqe\n"                           \
    "gJfSKRaKV7Qa8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYI6AAMAoGCCqGSM49BAMC\n"                           \
    "A0gAMEUCIGQm6XvCgzd8MzuvSiFDmOeAvGjcAMGNtkpX+vau3Ms+AiEAt62jaYqT\n"                           \
    "tYjIP4geokgC0IWkNGh2JUavLOWfVm9Rjkk=\n"                                                       \
    "-----END CERTIFICATE REQUEST-----\n"

#define P256_ENCRYPTED                                                                             \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                      \
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAisUK72IdznfwICCAAw\n"                           \
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH+6GBOgNocm/QCgMsK4xB0EgZCO\n"                           \
    "fZ2L+Tq9l1auDUW52I1GXK+Xz/PY5MVvMT+I/pwme2kKcyrWlNQoIak/q8L/qLKb\n"                           \
    "R9pSZANFhkE3bbIQFhK1kQR2e7Kb0yczeZOPds4q0wFCAvUPmIx8Foa3SnX8tSIr\n"                           \
    "/7vrYkIEirJCaLipmGV4+u0REh2hVKp1249Gled9u/XAKwFSW62hfPlMPF38l/w=\n"                           \
    "-----END ENCRYPTED PRIVATE KEY-----\n"

#define P256_LEGACY_ENCRYPTED                                                                      \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                             \
    "Proc-Type: 4,ENCRYPTED\n"                                                                     \
    "DEK-Info: AES-128-CBC,58DA4E3E9AA348D8D4FEDB9905368DC5\n"                                     \
    "\n"                                                                                           \
    "L9oyBdzoQN5LjV3DqkKRXk+A4L2oNIY6KhPCzzRmCzV4vkep6hTI8MeGw2vU6v/Q\n"                           \
    "sCBVMY388pHXD8ByiMJwO+5QI41GA8l2geIQMPu2PqELlqMfgARNQhjuuw5YqBQ7\n"                           \
    "fRbrzFplZcov5b+vQHG5V3bVcUhOabr5cjvsIOLX6ro=\n"                                               \
    "-----END EC PRIVATE KEY-----\n"

#define P256_SEC1_EXPLICIT                                                                         \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                             \
    "MIIBaAIBAQQgwVA1AK9CQXdWrOOr2mukTzfxGeFRyUw57lG/px2a46KggfowgfcC\n"                           \
    "AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////\n"                           \
    "MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr\n"                           \
    "vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE\n"                           \
    "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W\n"                           \
    "K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8\n"                           \
    "YyVRAgEBoUQDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJfSKRaK\n"                           \
    "V7Qa8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw==\n"                                                   \
    "-----END EC PRIVATE KEY-----\n"

#define P256_PKCS8_EXPLICIT                                                                        \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIIBeQIBADCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAAB\n"                           \
    "AAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA\n"                           \
    "///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMV\n"                           \
    "AMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg\n"                           \
    "9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8A\n"                           \
    "AAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBBG0wawIBAQQgwVA1AK9CQXdW\n"                           \
    "rOOr2mukTzfxGeFRyUw57lG/px2a46KhRANCAATTes0GpM9UY2ie3jmMFuXBsImY\n"                           \
    "yHMNQ6OE7qElSp6Al9IpFopXtBryo+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gj\n"                               \
    "-----END PRIVATE KEY-----\n"

#define P256_SPKI_EXPLICIT                                                                         \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA\n"                           \
    "AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////\n"                           \
    "///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd\n"                           \
    "NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5\n"                           \
    "RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA\n"                           \
    "//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABNN6zQakz1RjaJ7eOYwW5cGw\n"                           \
    "iZjIcw1Do4TuoSVKnoCX0ikWile0GvKj7jk/KPLWZHGcj5dgzkIrVDrefsjLWCM=\n"                           \
    "-----END PUBLIC KEY-----\n"

#define P256_SPKI_COMPRESSED                                                                       \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgAD03rNBqTPVGNont45jBblwbCJmMhz\n"                           \
    "DUOjhO6hJUqegJc=\n"                                                                           \
    "-----END PUBLIC KEY-----\n"

#define P384_PKCS8                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDC6XZZhXrw8jdJxtb5m\n"                           \
    "p9epyi98DO65dT+flSWW4UQq2ft/XuWFR0ucaEQyrj5y+TihZANiAASbNS88taka\n"                           \
    "C5je3s+88gHTN+LBp2/XmidzrVfE7B2sHYF86JeNq0qz78Wmn6jx0EBAskS8UR1E\n"                           \
    "zZt6kgIV/SBQVjnr0NIUY4kD6poqVBRWe7mYyJFQLuJ5Ud2vSLtEImc=\n"                                   \
    "-----END PRIVATE KEY-----\n"

#define P384_SPKI                                                                                  \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEmzUvPLWpGguY3t7PvPIB0zfiwadv15on\n"                           \
    "c61XxOwdrB2BfOiXjatKs+/Fpp+o8dBAQLJEvFEdRM2bepICFf0gUFY569DSFGOJ\n"                           \
    "A+qaKlQUVnu5mMiRUC7ieVHdr0i7RCJn\n"                                                           \
    "-----END PUBLIC KEY-----\n"

#define P521_PKCS8                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBcq1ZWrOMJz0x0gWL\n"                           \
    "TPwixHzg/J7PAPG1Wc8NzFrJrifuf77On64TkObZK672QcoBWv2i0qZbudQUAmYG\n"                           \
    "0Hg3BQqhgYkDgYYABACI+vPOc95nONJ9i4YW7tMG8Xem6QcqxTHbfnVd+bYh7l32\n"                           \
    "+MJWTWagYn0dGGTiwHLqFuqzCTbHZDmpOHk6CYV3MABw8Vlxm5C6nUs0Q87AcoE7\n"                           \
    "1cS8G3KpB2SDODRt1UJi5vv+4oLtIx2PQiUpHFomeUbcxM5pxAOTAbLDfU1+rcOo\n"                           \
    "9A==\n"                                                                                       \
    "-----END PRIVATE KEY-----\n"

#define K256_PKCS8                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgobKrUOeIAcl33DdnHlJj\n"                           \
    "/FaGqt69nRHG2zD44ZpmFk+hRANCAAR06auZGMPnwsbMWLwGn27yLX/5AvlDn3Ct\n"                           \
    "t1cMKanOaYigklb8/HyR8FLEqlwMRqG7l9hKabqLKZVALhjg4gYb\n"                                       \
    "-----END PRIVATE KEY-----\n"

#define K256_SPKI                                                                                  \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEdOmrmRjD58LGzFi8Bp9u8i1/+QL5Q59w\n"                           \
    "rbdXDCmpzmmIoJJW/Px8kfBSxKpcDEahu5fYSmm6iymVQC4Y4OIGGw==\n"                                   \
    "-----END PUBLIC KEY-----\n"

#define RSA_PKCS1                                                                                  \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                            \
    "MIIEowIBAAKCAQEA4l9BiJME+c2fNpsUjnbOJqMHzXneHG0SPhekSa/mc4NOBW79\n"                           \
    "rrq4hNgPTi/dTXAKimw/NQbLx01LvOFKyAGBGdcrVj2ZFustJhswj9nc5Hl1ySRS\n"                           \
    "CeCEGWRmmCHs/aXR3/keZy+lmu1kfUVCEV2N9lV7eTTHFSclipJUY4ER1SWsUo2b\n"                           \
    "wNTlDUlWZCNLiHeRg40MckrP3NgG9+q2DzqSB7LCPG7904ENc931VCo8BIVqhnB9\n"                           \
    "7UIKB1/TrnL/8GmVOJq1iBxg5c4Ksi0ADJgMu04G+RMHCP+8XjTvAYQeGhSudON+\n"                           \
    "0Cz8Uva3as3XH65eW2LeadOucV2poQiQhCsxRQIDAQABAoIBAC4PSTeHiIvma3aS\n"                           \
    "I+Lf6A7C/c+wdAHPLJbPOymWHZsT1LB01q+yhOBc0PJs+UesHCzxnQPGU/jDsL0o\n"                           \
    "Dw32hmTyW7pCss9Pv0JBZoZigxhG4XExj3K8iMxc2iYqwvySPIuoteezcWv+UQPP\n"                           \
    "L4P2h+/fEU5Gb5qNek1BfGO5q531WA331luTWIUbJS55y7YSLJ1rtFdEG/fA9HNA\n"                           \
    "YpQfG+GHoRa3U9DT4q+KVRi6xaLFNF52XvNJiYZLEQWGq1FOw9wKAe15/UsJnvQu\n"                           \
    "NPsidOVOF/J+J1yAVPDifeFJw2GWcOxfu7Uip/0UPnDJicxAu+Hc33YFB5ceMLQB\n"                           \
    "S1z78KkCgYEA/SbKuYN8CtvwNr48ojGwslUoFl0w3lzEKH72Db5ykkwztYK665+S\n"                           \
    "jbb+dcXK2vMo9spQXvNnn/+YcJHTKvZrMOqeLcsqEzVmYiGECT533eEMm17aDUtF\n"                           \
    "RqGQ6mJajBTQHh9MEUdGNDqtMoN1Ilvtb0ENRENhBLg4F3XwK3ufXp0CgYEA5OtT\n"                           \
    "TIfji9AvIJsKS0ps1uLJY+8IYeDRT4LLAsHLySPtnjrOdn/nWPRcDoqWmszRYR/A\n"                           \
    "5CVGP3jFgSej61e0/DZWTO9d4jfn4IMB1oMwC3TCzNVpqNozNOMGBMAwkdErAGME\n"                           \
    "ebuYqG7TvnzE+eaI8gJuzYfh7W1C7ZcPU37ZCMkCgYA3xCTiaxGXPs4S8SNgQ3v+\n"                           \
    "PP4gtxS910eq+BTyACMzETBO6uaMY1GggFBb11+RjgFXJEhCMnKAb4jAO49+JlyE\n"                           \
    "oRqJUfkJ1Diio2l3s9gp+5qQW3vDc/Jl1c+bomD5/Ne/2vshz0aq2MYwm37hO8j5\n"                           \
    "OiZXBFTJ+l745BUtLwVzjQKBgQC2Y6iiuUJbCywBVoYFJu9A5sB+ltye33jlWNhX\n"                           \
    "AgFT6QRRpZkKYS36efc+vrzv6XCJabtOC0TFHXx/Qw4fXGoe6UwpUC4FJ3XgM4Er\n"                           \
    "YKrO9eCfQwpENlXGNXt+HYKVK4qPbFUMiKNAz8x1YQOv+DX0XGvb5f/kI8HHeywC\n"                           \
    "4nYZwQKBgCUbfi/y0/seU8uPjXNPXDV+ZWs65EdLRnReoX7y8Nnbb42Ia7AGsGqR\n"                           \
    "B7f1bS4BqlOlJNa/PGAKiWupi4WkdgjV+q55wDsV/rwPALQ/fQnufBMKqz1XIYOT\n"                           \
    "H/JU5/thcDGMCZJlRByB44MW/r/5XV/1lrV2xP44PYclaoMCjPaE\n"                                       \
    "-----END RSA PRIVATE KEY-----\n"

#define RSA_PKCS8                                                                                  \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDiX0GIkwT5zZ82\n"                           \
    "mxSOds4mowfNed4cbRI+F6RJr+Zzg04Fbv2uuriE2A9OL91NcAqKbD81BsvHTUu8\n"                           \
    "4UrIAYEZ1ytWPZkW6y0mGzCP2dzkeXXJJFIJ4IQZZGaYIez9pdHf+R5nL6Wa7WR9\n"                           \
    "RUIRXY32VXt5NMcVJyWKklRjgRHVJaxSjZvA1OUNSVZkI0uId5GDjQxySs/c2Ab3\n"                           \
    "6rYPOpIHssI8bv3TgQ1z3fVUKjwEhWqGcH3tQgoHX9Oucv/waZU4mrWIHGDlzgqy\n"                           \
    "LQAMmAy7Tgb5EwcI/7xeNO8BhB4aFK50437QLPxS9rdqzdcfrl5bYt5p065xXamh\n"                           \
    "CJCEKzFFAgMBAAECggEALg9JN4eIi+ZrdpIj4t/oDsL9z7B0Ac8sls87KZYdmxPU\n"                           \
    "sHTWr7KE4FzQ8mz5R6wcLPGdA8ZT+MOwvSgPDfaGZPJbukKyz0+/QkFmhmKDGEbh\n"                           \
    "cTGPcryIzFzaJirC/JI8i6i157Nxa/5RA88vg/aH798RTkZvmo16TUF8Y7mrnfVY\n"                           \
    "DffWW5NYhRslLnnLthIsnWu0V0Qb98D0c0BilB8b4YehFrdT0NPir4pVGLrFosU0\n"                           \
    "XnZe80mJhksRBYarUU7D3AoB7Xn9Swme9C40+yJ05U4X8n4nXIBU8OJ94UnDYZZw\n"                           \
    "7F+7tSKn/RQ+cMmJzEC74dzfdgUHlx4wtAFLXPvwqQKBgQD9Jsq5g3wK2/A2vjyi\n"                           \
    "MbCyVSgWXTDeXMQofvYNvnKSTDO1grrrn5KNtv51xcra8yj2ylBe82ef/5hwkdMq\n"                           \
    "9msw6p4tyyoTNWZiIYQJPnfd4QybXtoNS0VGoZDqYlqMFNAeH0wRR0Y0Oq0yg3Ui\n"                           \
    "W+1vQQ1EQ2EEuDgXdfAre59enQKBgQDk61NMh+OL0C8gmwpLSmzW4slj7whh4NFP\n"                           \
    "gssCwcvJI+2eOs52f+dY9FwOipaazNFhH8DkJUY/eMWBJ6PrV7T8NlZM713iN+fg\n"                           \
    "gwHWgzALdMLM1Wmo2jM04wYEwDCR0SsAYwR5u5iobtO+fMT55ojyAm7Nh+HtbULt\n"                           \
    "lw9TftkIyQKBgDfEJOJrEZc+zhLxI2BDe/48/iC3FL3XR6r4FPIAIzMRME7q5oxj\n"                           \
    "UaCAUFvXX5GOAVckSEIycoBviMA7j34mXIShGolR+QnUOKKjaXez2Cn7mpBbe8Nz\n"                           \
    "8mXVz5uiYPn817/a+yHPRqrYxjCbfuE7yPk6JlcEVMn6XvjkFS0vBXONAoGBALZj\n"                           \
    "qKK5QlsLLAFWhgUm70DmwH6W3J7feOVY2FcCAVPpBFGlmQphLfp59z6+vO/pcIlp\n"                           \
    "u04LRMUdfH9DDh9cah7pTClQLgUndeAzgStgqs714J9DCkQ2VcY1e34dgpUrio9s\n"                           \
    "VQyIo0DPzHVhA6/4NfRca9vl/+Qjwcd7LALidhnBAoGAJRt+L/LT+x5Ty4+Nc09c\n"                           \
    "NX5lazrkR0tGdF6hfvLw2dtvjYhrsAawapEHt/VtLgGqU6Uk1r88YAqJa6mLhaR2\n"                           \
    "CNX6rnnAOxX+vA8AtD99Ce58EwqrPVchg5Mf8lTn+2FwMYwJkmVEHIHjgxb+v/ld\n"                           \
    "X/WWtXbE/jg9hyVqgwKM9oQ=\n"                                                                   \
    "-----END PRIVATE KEY-----\n"

#define RSA_SPKI                                                                                   \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4l9BiJME+c2fNpsUjnbO\n"                           \
    "JqMHzXneHG0SPhekSa/mc4NOBW79rrq4hNgPTi/dTXAKimw/NQbLx01LvOFKyAGB\n"                           \
    "GdcrVj2ZFustJhswj9nc5Hl1ySRSCeCEGWRmmCHs/aXR3/keZy+lmu1kfUVCEV2N\n"                           \
    "9lV7eTTHFSclipJUY4ER1SWsUo2bwNTlDUlWZCNLiHeRg40MckrP3NgG9+q2DzqS\n"                           \
    "B7LCPG7904ENc931VCo8BIVqhnB97UIKB1/TrnL/8GmVOJq1iBxg5c4Ksi0ADJgM\n"                           \
    "u04G+RMHCP+8XjTvAYQeGhSudON+0Cz8Uva3as3XH65eW2LeadOucV2poQiQhCsx\n"                           \
    "RQIDAQAB\n"                                                                                   \
    "-----END PUBLIC KEY-----\n"

#define RSA_PUBLIC_PKCS1                                                                           \
    "-----BEGIN RSA PUBLIC KEY-----\n"                                                             \
    "MIIBCgKCAQEA4l9BiJME+c2fNpsUjnbOJqMHzXneHG0SPhekSa/mc4NOBW79rrq4\n"                           \
    "hNgPTi/dTXAKimw/NQbLx01LvOFKyAGBGdcrVj2ZFustJhswj9nc5Hl1ySRSCeCE\n"                           \
    "GWRmmCHs/aXR3/keZy+lmu1kfUVCEV2N9lV7eTTHFSclipJUY4ER1SWsUo2bwNTl\n"                           \
    "DUlWZCNLiHeRg40MckrP3NgG9+q2DzqSB7LCPG7904ENc931VCo8BIVqhnB97UIK\n"                           \
    "B1/TrnL/8GmVOJq1iBxg5c4Ksi0ADJgMu04G+RMHCP+8XjTvAYQeGhSudON+0Cz8\n"                           \
    "Uva3as3XH65eW2LeadOucV2poQiQhCsxRQIDAQAB\n"                                                   \
    "-----END RSA PUBLIC KEY-----\n"

#define RSA_CERT                                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDHTCCAgWgAwIBAgIUNTNxgMayb7EaHsf2blStZohVD/kwDQYJKoZIhvcNAQEL\n"                           \
    "BQAwHTEbMBkGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMCAXDTI2MTEyNDIzMzYw\n"                           \
    "OVoYDzIxMjYxMDMxMjMzNjA5WjAdMRswGQYDVQQDDBJpc3N1ZXIuZXhhbXBsZS5j\n"                           \
    "b20wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDiX0GIkwT5zZ82mxSO\n"                           \
    "ds4mowfNed4cbRI+F6RJr+Zzg04Fbv2uuriE2A9OL91NcAqKbD81BsvHTUu84UrI\n"                           \
    "AYEZ1ytWPZkW6y0mGzCP2dzkeXXJJFIJ4IQZZGaYIez9pdHf+R5nL6Wa7WR9RUIR\n"                           \
    "XY32VXt5NMcVJyWKklRjgRHVJaxSjZvA1OUNSVZkI0uId5GDjQxySs/c2Ab36rYP\n"                           \
    "OpIHssI8bv3TgQ1z3fVUKjwEhWqGcH3tQgoHX9Oucv/waZU4mrWIHGDlzgqyLQAM\n"                           \
    "mAy7Tgb5EwcI/7xeNO8BhB4aFK50437QLPxS9rdqzdcfrl5bYt5p065xXamhCJCE\n"                           \
    "KzFFAgMBAAGjUzBRMB0GA1UdDgQWBBQDDHe2hEM5b8F6VAErm0+q/31m7DAfBgNV\n"                           \
    "HSMEGDAWgBQDDHe2hEM5b8F6VAErm0+q/31m7DAPBgNVHRMBAf8EBTADAQH/MA0G\n"                           \
    "CSqGSIb3DQEBCwUAA4IBAQApFMOIf+vssaDcnlKS2njusdcntZIcsMwhkm0s25Hh\n"                           \
    "L5/hKw+gO6laqZ7ZI6GiAlE/ZOEWq2ldU/VcsDWLh71heQku7+FPHai9XjKrOi2Q\n"                           \
    "but22zWacXYtBfjZi0v6tjB87wLgFakHdLrI9UHYMpfje1b45Cbqmwfe9w0HCoQk\n"                           \
    "WmyURwG654OMQhd+4Qq6gKBQc8nw8uJx7V1iKVJm/3HQ6T1j29s7bwPzxUiW+tBx\n"                           \
    "eIODIxqWJxcPX7NiKYObVKB6Sh9WgTHiSx2DMR8kImBfkW3V2E90HUm3e7n38u0Q\n"                           \
    "58etukxEpS0AYGweuTGX+QOMJsT/kQ03anOmy6+KGvji\n"                                               \
    "-----END CERTIFICATE-----\n"

#define RSA1024_SPKI                                                                               \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDEKsmVV58khoDJALBjn5tbKi2N\n"                           \
    "9xHswn2WyDW4SOdT2vr26dHag/MzATtozwE1DvEI595pehKQlpVSYQ595XVTmfvX\n"                           \
    "tXNHkba8CUgpQA/po3+lCq+wdpDa/rR0tQUVx18fZ93s+uv0YdojY92mh3ZLtn4M\n"                           \
    "bnumN1nvOqVXJa/PmQIDAQAB\n"                                                                   \
    "-----END PUBLIC KEY-----\n"

#define ED_PKCS8                                                                                   \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEIO8Yp6pmuCZS0JFX2udN5UOnvay3iG7B2/wlbbjILf63\n"                           \
    "-----END PRIVATE KEY-----\n"

#define ED_SPKI                                                                                    \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MCowBQYDK2VwAyEAVC8btCTzd/zUb1ahgr4Ir8n/FtEWAhgYx2FVM5wnijQ=\n"                               \
    "-----END PUBLIC KEY-----\n"

#define ED448_SPKI                                                                                 \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MEMwBQYDK2VxAzoAx96z0DQUxitOnWd0c24eYJG79H5FL0qXs2JKkFCGocU2c+EU\n"                           \
    "/ZukcOBa4XY19J425wd6xUnHa/QA\n"                                                               \
    "-----END PUBLIC KEY-----\n"

#define ED_CERT                                                                                    \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBPjCB8aADAgECAhQ7BjJv2/NCCIuu6eNvR/dzYvSuCzAFBgMrZXAwFDESMBAG\n"                           \
    "A1UEAwwJYXV0aG9yaXR5MCAXDTI2MTEyNDIzMzYwOVoYDzIxMjYxMDMxMjMzNjA5\n"                           \
    "WjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwKjAFBgMrZXADIQBULxu0JPN3/NRvVqGC\n"                           \
    "vgivyf8W0RYCGBjHYVUznCeKNKNTMFEwHQYDVR0OBBYEFNWAEZ4vCxM1hjcD5Tvz\n"                           \
    "XAO18iPqMB8GA1UdIwQYMBaAFNWAEZ4vCxM1hjcD5TvzXAO18iPqMA8GA1UdEwEB\n"                           \
    "/wQFMAMBAf8wBQYDK2VwA0EAjkyEZZuJlsgjM08Q5bere9SxMbdmPzN4cmakmNn9\n"                           \
    "IcGjTbBFyxHy5P7jP7lFthrvpEaOl4MOJnqaDKzHSYDECQ==\n"                                           \
    "-----END CERTIFICATE-----\n"

#define SSH                                                                                        \
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"                                                        \
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n"                     \
    "1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQTTes0GpM9UY2ie3jmMFuXBsImYyHMN\n"                     \
    "Q6OE7qElSp6Al9IpFopXtBryo+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gjAAAAoOoMON/qDD\n"                     \
    "jfAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNN6zQakz1RjaJ7e\n"                     \
    "OYwW5cGwiZjIcw1Do4TuoSVKnoCX0ikWile0GvKj7jk/KPLWZHGcj5dgzkIrVDrefsjLWC\n"                     \
    "MAAAAhAMFQNQCvQkF3Vqzjq9prpE838RnhUclMOe5Rv6cdmuOiAAAAAAECAwQFBgc=\n"                         \
    "-----END OPENSSH PRIVATE KEY-----\n"

/* Signatures over "signed text" with SHA-256, in hexadecimal. RSA_...: by the key of RSA_PKCS8;
 * EC_DER: by that of P256_SEC1. */
#define RSA_PKCS1_SIGNATURE                                                                        \
    "94191b4c3bea773466e5db815c78b49348170d53c302ae40281f9939054a60eee8abbed38e2766dd8648de6dbc17" \
    "43568503482e4de32e"                                                                           \
    "16f6a186ea5a4b644e463a7fc7c5567c60ef138864efaf511fd89ba8667fa5b31962ba22613ac9417309ae78f998" \
    "353e758c48f477e9a3"                                                                           \
    "289aa60ec82e030273f7a36875e1bee23c477468154118bace32802cebe047f236a6cfa25b7566c2827b98700640" \
    "531ea8178cf3043a39"                                                                           \
    "c0813db1accddfa6d14294eee562eef67cfd6898d7e9905d8516d8cb129d17c7c59ff7f88ee130aee02433634852" \
    "bf03534bd954169223"                                                                           \
    "a80e2e4859b3453f71cc82cc0f60ab335e50a30de0f72331ef59ad02526eaec84d838c82"
#define RSA_PSS_SIGNATURE                                                                          \
    "799bf94b2171c15b955fc9738e72b54d70b80217e3009fa0f96bdf6240314dc5baea16db122f70a6801e0e6387ee" \
    "b800c6fb27fc55cb12"                                                                           \
    "a13c714f62817e64356229df5d59db0b0a3f4df9851e74c9e640b7f5b601f4c540675ceb0b99f2905330a0ed6e7f" \
    "0b8c71629b928300cf"                                                                           \
    "afcd5db166d3f3ed344488d86154eea4bee4f6281b19e08961cda2ae9b3e2a55db469cedef575b141c8847bae68d" \
    "6a1279172908ed4485"                                                                           \
    "9a8f7f3d19a1a72d5f8ca34ec9de8134e7678617625f9733cb6874a766ed609e13cad18dd117de44987b3ca0235c" \
    "097dbd6df889df13ea"                                                                           \
    "8e74375f786ba5eb68fb2dcdc0b156e29b74cd3fd389ae36cb37f529c0878701181e75af"
#define RSA_PSS_SALT_20                                                                            \
    "a769dc937b0f3220bdf7010ab644a7daf5eab0f15a8e88316df0010489befed49e6c69634a19f4d5770cdce6dc9a" \
    "66a93786c6ad909739"                                                                           \
    "8b3ce6314496366b11007d68eb78d52d6e22d4bbb179103e4902b81981770e2e280b78937325fece2a816244f9ce" \
    "3d51c81eb035a4161a"                                                                           \
    "af83c5c00f228626fc28792f9d5f7ddff0cbf8ad0403c0247cf47a6f70aaf9bae71a0ca43f19cd0b2b011e0bd202" \
    "02d93220fd132fc95f"                                                                           \
    "840aa702bf862d88549ce61463b214c3a94981e43e0b39bd95ed929ead25806bf06e6aed8dff5808fe4ccd7b7023" \
    "416bc7c8e2e1458bf6"                                                                           \
    "34f6177b78e0f05701c661618bfd7a73835c7622d0559115802981a153de348860befc45"
#define RSA_PSS_SALT_33                                                                            \
    "5a9f36c90d9eb6527b612d88cff7d7c3fecd92067248fae4e697bd30d605afa9328a78915aa286128fe60bd507de" \
    "dfe471a8024ec242bf"                                                                           \
    "761fccd6df143a91a7cfe12b500c0f8c19ec9e6db56148ca88c01829f0f6a90fc807d1ad6012a7744087fe33e27f" \
    "ae1b7ac999b51c4b71"                                                                           \
    "ddf4461d60b4c3a7d77ea895f93d03e648e9bee6d00dbcb02aa4063f6e5df4b6f967c2b7ce050aadd30eb529fb74" \
    "b8be532c1e88c29c79"                                                                           \
    "62ebbd1127d922198463f8529c170dfd4f92ca0b6158fb3e553ebdaa9fe63af8bf65b53ddfa5065a6363f591e7f7" \
    "62c4260370e83db3ec"                                                                           \
    "29f54af8906c5f098fcd91b75853db354157dc1f4c37ae713ae3f275683f349740007c1a"
#define RSA_PSS_SALT_MAX                                                                           \
    "693776a40fb0213c6b369ac86c33e294720b078c1fec9c855da5c5d7ed07ed6f07a7f642087e0f8fee1c96e9f986" \
    "645fabad190c849000"                                                                           \
    "da00be5950db27d0b9f98ce0ba297f0ba969790975f63a0bb7805dcfc9d2d5621b41b8a628ff20af7938bab7d5bc" \
    "2e23789d77e559e3f3"                                                                           \
    "f3a45a1e8c85282e87197b297e131916dc0ec4ca34b345b27d538d30239fa58739acd8d240c5ef3aeda76d441bc2" \
    "86d7f3b03fdde9d174"                                                                           \
    "908cdf46ac48040bb61e74cbd92a8e12f28b8069f76ea4a871fd835f96a40190d68bfba08f3296201b18fa6bc8f0" \
    "9c670979a5b4bb1a5c"                                                                           \
    "08dceea096d2e5b0c3cfe2531549344cf79be9098f3323b17d41fde8687840aa163646ef"
#define RSA_PSS_MGF_SHA1                                                                           \
    "57b73655dbd0ec3c3e6a30627f11f18fba99465d1f1c8c246338d0e895cacc88e235c5c70267408ca98185cac2c2" \
    "73ef97d4d569d123f7"                                                                           \
    "c0f3ff17f81421d80f7209f99b0b1b83657cdc747c82bf45df3c87d6e720deda40eb71a1f953ea226202eb1fdc16" \
    "0c5905e35d32a2f7c5"                                                                           \
    "bf2419741be16094eb283a4d4daba85d9872ac3979a8e71b528ee4b9b2d31240b3436a9895b470737f3ab8df099f" \
    "c0929f7380a6e63ef9"                                                                           \
    "084b3c3b5cb6765f9d8ed1f54f3fb987bcccfb2de421455f5ddb6546262f7cbed01a859b198f476379c6ce08c0ab" \
    "dffeb2300627dd0504"                                                                           \
    "e18dd1dd8f7639a0393663b4bbb60f475f1d211db1b751e38ba97afc4b98f356b973f750"
#define EC_DER_SIGNATURE                                                                           \
    "304402207fea24bf73f17c6e36f12dbd0d4a48730efdecf55ba89092917fbd00e28afbee0220244e6e70ca2fef1a" \
    "6e1017aa9073cde524"                                                                           \
    "a65bce9713729adec18bdb3cadf1bf"

/* RFC 7515, A.2: the members of a private JWK, e is AQAB. */
#define RFC_RSA_N                                                                                  \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEz"         \
    "P1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf6"         \
    "3kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5Zw"         \
    "Kh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"         \
    "yuXpoQ"
#define RFC_RSA_D                                                                                  \
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7Y"         \
    "wVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3M"         \
    "kqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1Zd"         \
    "iYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu"         \
    "OopznQ"
#define RFC_RSA_P                                                                                  \
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB"         \
    "0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDw"         \
    "GUc"
#define RFC_RSA_Q                                                                                  \
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul"         \
    "7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9R"         \
    "Wdc"

#endif
