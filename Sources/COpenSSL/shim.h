#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H
// libssl and libcrypto, and static inline wrappers for those of their "functions" that are macros,
// which Swift cannot import.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// SHA-256 by its low-level calls. They are deprecated, but their state is a plain value: it lives on the
// stack or in a Swift struct and is copied by assignment. An EVP_MD_CTX is an allocation, and SHA256() looks up its
// algorithm on every call (some 0.4 microseconds).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static inline void redirect_sha256_init(SHA256_CTX *state) { SHA256_Init(state); }
static inline void redirect_sha256_update(SHA256_CTX *state, const void *bytes, size_t count) {
  SHA256_Update(state, bytes, count);
}
static inline void redirect_sha256_final(SHA256_CTX *state, unsigned char *digest) {
  SHA256_Final(digest, state);
}

// A private RSA key from its DER: PKCS #8 if `is_pkcs8`, else PKCS #1. It uses the RSA structure, which takes some 10
// microseconds; the search for a decoder takes 400. On failure it returns NULL, with the reason queued. For PKCS #8
// with another kind of key it returns NULL without a reason.
static inline EVP_PKEY *redirect_rsa_private_key(const unsigned char *der, long count, int is_pkcs8) {
  PKCS8_PRIV_KEY_INFO *info = NULL;
  if (is_pkcs8) {
    const ASN1_OBJECT *algorithm;
    int inner_count;
    info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, count);
    if (!info || !PKCS8_pkey_get0(&algorithm, &der, &inner_count, NULL, info)
        || OBJ_obj2nid(algorithm) != NID_rsaEncryption) {
      PKCS8_PRIV_KEY_INFO_free(info);
      return NULL;
    }
    count = inner_count;
  }
  RSA *rsa = d2i_RSAPrivateKey(NULL, &der, count);
  PKCS8_PRIV_KEY_INFO_free(info);
  if (!rsa) return NULL;
  EVP_PKEY *key = EVP_PKEY_new();
  if (!key || EVP_PKEY_set1_RSA(key, rsa) != 1) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  RSA_free(rsa);
  return key;
}
#pragma GCC diagnostic pop

// A public RSA key from its two numbers, least significant byte first. It is in C because the parameters point at their
// names: these are macros, which Swift imports as temporary strings. NULL, with the reason queued, on failure.
static inline EVP_PKEY *redirect_rsa_public_key(
    unsigned char *modulus, size_t modulus_count, unsigned char *exponent, size_t exponent_count) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, modulus_count),
    OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exponent, exponent_count),
    OSSL_PARAM_construct_end(),
  };
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
  if (context && EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  EVP_PKEY_CTX_free(context);
  return key;
}

// Whether an error of PEM_read_bio says that the text has no further block.
static inline int redirect_pem_is_end(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

// Whether a BIO has no byte left.
static inline int redirect_bio_is_empty(BIO *bio) { return BIO_eof(bio) != 0; }

// A new EC key on P-256, made by the deprecated calls. A certificate takes the public half of such a key as it is. The
// public half of a provider's key is encoded and decoded first (0.15 milliseconds each time, 0.6 the first time). NULL,
// with the reason queued, on failure.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static inline EVP_PKEY *redirect_p256_key(void) {
  EVP_PKEY *key = EVP_PKEY_new();
  EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  if (key && ec && EC_KEY_generate_key(ec) == 1 && EVP_PKEY_assign(key, EVP_PKEY_EC, ec) == 1)
    return key;
  EC_KEY_free(ec);
  EVP_PKEY_free(key);
  return NULL;
}
#pragma GCC diagnostic pop

// Makes an extension from its text form in one step. Its context is set by a macro (X509V3_set_ctx_nodb), which Swift
// cannot import. NULL, with the reason queued, on failure.
static inline X509_EXTENSION *redirect_x509_extension(
    X509 *issuer, X509 *subject, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
  X509V3_set_ctx_nodb(&context);
  return X509V3_EXT_nconf_nid(NULL, &context, nid, value);
}

// What every TLS server context gets: the options are macros that Swift cannot import.
static inline void redirect_tls_server_defaults(SSL_CTX *context) {
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
                   | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(
      context,
      SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
}
static inline void redirect_tls_client_defaults(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(
      context,
      SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
}
static inline int redirect_tls_ask_for_name(SSL *session, const char *name) {
  return (int)SSL_set_tlsext_host_name(session, name);
}
// Without tickets, and without the cache that the defaults turn off, no session can be resumed.
static inline void redirect_tls_without_tickets(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}
static inline int redirect_tls_set_versions(SSL_CTX *context, int least, int most) {
  return SSL_CTX_set_min_proto_version(context, least) == 1 &&
         SSL_CTX_set_max_proto_version(context, most) == 1;
}
static inline int redirect_tls_add_chain(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(context, certificate);
}
static inline void redirect_tls_on_server_name(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
  SSL_CTX_set_tlsext_servername_callback(context, callback);
  SSL_CTX_set_tlsext_servername_arg(context, argument);
}
// Lets a session read from its socket this many times; after that the BIO reports that there is nothing to read now.
// libssl continues by itself from one message that is not data to the next, key updates for example, as long as the
// socket has some. A client that sends nothing else would keep the thread that all connections share.
static inline long redirect_bio_meter(
    BIO *bio, int operation, const char *bytes, size_t count, int argument, long number, int result,
    size_t *processed) {
  (void)bytes, (void)count, (void)argument, (void)number, (void)processed;
  if (operation != BIO_CB_READ) return result;
  char *left = BIO_get_callback_arg(bio);
  if (left == NULL) {
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
    return -1;
  }
  BIO_set_callback_arg(bio, (char *)((uintptr_t)left - 1));
  return result;
}
static inline void redirect_tls_meter_reads(SSL *session) {
  BIO_set_callback_ex(SSL_get_rbio(session), redirect_bio_meter);
}
static inline void redirect_tls_allow_reads(SSL *session, size_t count) {
  BIO_set_callback_arg(SSL_get_rbio(session), (char *)(uintptr_t)count);
}
// The reason of an error code, and whether it says that the peer's bytes ended without close_notify.
static inline int redirect_err_reason(unsigned long code) { return ERR_GET_REASON(code); }
static inline int redirect_err_is_ssl(unsigned long code) { return ERR_GET_LIB(code) == ERR_LIB_SSL; }
static inline int redirect_err_is_unexpected_eof(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_SSL &&
         ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}
#endif
