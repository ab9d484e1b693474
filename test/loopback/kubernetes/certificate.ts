/**
 * A certificate of its own authority for `localhost` and 127.0.0.1, from 2020 to 2120, and its key. Made with OpenSSL for these tests, since Node
 * reads certificates and makes none; nothing else trusts it.
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIBATAKBggqhkjOPQQDAjAiMSAwHgYDVQQDDBdrdWJlcm5l
dGVzIG9mIHRoZSB0ZXN0czAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAw
MFowIjEgMB4GA1UEAwwXa3ViZXJuZXRlcyBvZiB0aGUgdGVzdHMwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAATW5j9pQQp9HKjWSV561LckYykrvkwS8Q7gyXZarJDR
J9Hvy+IyZ0h+K6C3/CUhw5f2iKfkBtyj7ff2PrGr2TPRo04wTDAPBgNVHRMBAf8E
BTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUSMsr
JqR7bE4NikDhCmCHbHZ883swCgYIKoZIzj0EAwIDSAAwRQIgX20V8D19byPnbQEM
JyfJqCDdkebRgg7q4HDoLN/UJGcCIQCztxqb71jSyoARH5BJW4MLBmiM9KUabn1C
NNLn4M4wZw==
-----END CERTIFICATE-----
`;

export const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQymDNSSHA/4nSACQ
T+VS/QIlOk/k5PugurEcYS6QmrKhRANCAATW5j9pQQp9HKjWSV561LckYykrvkwS
8Q7gyXZarJDRJ9Hvy+IyZ0h+K6C3/CUhw5f2iKfkBtyj7ff2PrGr2TPR
-----END PRIVATE KEY-----
`;

/** The name in the certificate. */
export const certificateName = 'kubernetes of the tests';
