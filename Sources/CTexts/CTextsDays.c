// The bad days, in the order in which drill runs them. See CTexts.c for #embed.
#include "CTexts.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char a_perfect_day[] = {
#embed "../../fixtures/days/a-perfect-day.yaml"
};
static const unsigned char throttled_twice[] = {
#embed "../../fixtures/days/throttled-twice.yaml"
};
static const unsigned char throttled_until_a_date[] = {
#embed "../../fixtures/days/throttled-until-a-date.yaml"
};
static const unsigned char throttled_for_milliseconds[] = {
#embed "../../fixtures/days/throttled-for-milliseconds.yaml"
};
static const unsigned char unavailable_twice[] = {
#embed "../../fixtures/days/unavailable-twice.yaml"
};
static const unsigned char unavailable_for_the_whole_ring[] = {
#embed "../../fixtures/days/unavailable-for-the-whole-ring.yaml"
};
static const unsigned char page_of_a_proxy[] = {
#embed "../../fixtures/days/page-of-a-proxy.yaml"
};
static const unsigned char request_lost[] = {
#embed "../../fixtures/days/request-lost.yaml"
};
static const unsigned char response_lost[] = {
#embed "../../fixtures/days/response-lost.yaml"
};
static const unsigned char response_cut[] = {
#embed "../../fixtures/days/response-cut.yaml"
};
static const unsigned char slow[] = {
#embed "../../fixtures/days/slow.yaml"
};
static const unsigned char silent_for_ever[] = {
#embed "../../fixtures/days/silent-for-ever.yaml"
};
static const unsigned char connection_refused_twice[] = {
#embed "../../fixtures/days/connection-refused-twice.yaml"
};
static const unsigned char certificate_expired[] = {
#embed "../../fixtures/days/certificate-expired.yaml"
};
static const unsigned char certificate_of_a_wrong_host[] = {
#embed "../../fixtures/days/certificate-of-a-wrong-host.yaml"
};
static const unsigned char certificate_of_an_unknown_ca[] = {
#embed "../../fixtures/days/certificate-of-an-unknown-ca.yaml"
};
static const unsigned char token_revoked[] = {
#embed "../../fixtures/days/token-revoked.yaml"
};
static const unsigned char token_expired[] = {
#embed "../../fixtures/days/token-expired.yaml"
};
static const unsigned char signature_skewed[] = {
#embed "../../fixtures/days/signature-skewed.yaml"
};
static const unsigned char call_gone[] = {
#embed "../../fixtures/days/call-gone.yaml"
};
static const unsigned char already_redirected[] = {
#embed "../../fixtures/days/already-redirected.yaml"
};
static const unsigned char being_redirected_by_another[] = {
#embed "../../fixtures/days/being-redirected-by-another.yaml"
};
static const unsigned char event_delivered_twice[] = {
#embed "../../fixtures/days/event-delivered-twice.yaml"
};
static const unsigned char event_delivered_late[] = {
#embed "../../fixtures/days/event-delivered-late.yaml"
};
static const unsigned char event_delivered_again[] = {
#embed "../../fixtures/days/event-delivered-again.yaml"
};
static const unsigned char anonymous_caller[] = {
#embed "../../fixtures/days/anonymous-caller.yaml"
};
static const unsigned char caller_is_a_user[] = {
#embed "../../fixtures/days/caller-is-a-user.yaml"
};
static const unsigned char webhook_validated_first[] = {
#embed "../../fixtures/days/webhook-validated-first.yaml"
};
static const unsigned char burst[] = {
#embed "../../fixtures/days/burst.yaml"
};
static const unsigned char flaky_20_percent[] = {
#embed "../../fixtures/days/flaky-20-percent.yaml"
};

#define DAY(file, bytes) {file, {bytes, sizeof bytes}}

static const struct ctexts_day days[] = {
    DAY("a-perfect-day", a_perfect_day),
    DAY("throttled-twice", throttled_twice),
    DAY("throttled-until-a-date", throttled_until_a_date),
    DAY("throttled-for-milliseconds", throttled_for_milliseconds),
    DAY("unavailable-twice", unavailable_twice),
    DAY("unavailable-for-the-whole-ring", unavailable_for_the_whole_ring),
    DAY("page-of-a-proxy", page_of_a_proxy),
    DAY("request-lost", request_lost),
    DAY("response-lost", response_lost),
    DAY("response-cut", response_cut),
    DAY("slow", slow),
    DAY("silent-for-ever", silent_for_ever),
    DAY("connection-refused-twice", connection_refused_twice),
    DAY("certificate-expired", certificate_expired),
    DAY("certificate-of-a-wrong-host", certificate_of_a_wrong_host),
    DAY("certificate-of-an-unknown-ca", certificate_of_an_unknown_ca),
    DAY("token-revoked", token_revoked),
    DAY("token-expired", token_expired),
    DAY("signature-skewed", signature_skewed),
    DAY("call-gone", call_gone),
    DAY("already-redirected", already_redirected),
    DAY("being-redirected-by-another", being_redirected_by_another),
    DAY("event-delivered-twice", event_delivered_twice),
    DAY("event-delivered-late", event_delivered_late),
    DAY("event-delivered-again", event_delivered_again),
    DAY("anonymous-caller", anonymous_caller),
    DAY("caller-is-a-user", caller_is_a_user),
    DAY("webhook-validated-first", webhook_validated_first),
    DAY("burst", burst),
    DAY("flaky-20-percent", flaky_20_percent),
};

size_t ctexts_day_count(void) { return sizeof days / sizeof days[0]; }

const struct ctexts_day *ctexts_day_at(size_t index) {
  return index < ctexts_day_count() ? &days[index] : NULL;
}
