#include "CRE2.h"

#include <re2/re2.h>

struct cre2_pattern : RE2 {
  using RE2::RE2;
};

static_assert(CRE2_NO_ERROR == RE2::NoError, "as RE2 numbers it");
static_assert(CRE2_MISSING_PARENTHESIS == RE2::ErrorMissingParen, "as RE2 numbers it");
static_assert(CRE2_UNEXPECTED_PARENTHESIS == RE2::ErrorUnexpectedParen, "as RE2 numbers it");
static_assert(CRE2_TOO_LARGE == RE2::ErrorPatternTooLarge, "as RE2 numbers it");

cre2_pattern *cre2_compile(const char *text, size_t count, int64_t memory) {
  RE2::Options options;
  options.set_max_mem(memory);
  // It would write to standard error.
  options.set_log_errors(false);
  // Nobody needs a group's position, and programs are smaller without groups.
  options.set_never_capture(true);
  return new cre2_pattern(re2::StringPiece(text, count), options);
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_error(const cre2_pattern *pattern) { return pattern->error_code(); }

const char *cre2_error_words(const cre2_pattern *pattern) { return pattern->error().c_str(); }

const char *cre2_error_part(const cre2_pattern *pattern, size_t *count) {
  *count = pattern->error_arg().size();
  return pattern->error_arg().data();
}

int cre2_size(const cre2_pattern *pattern) { return pattern->ProgramSize(); }

bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t count) {
  return pattern->Match(re2::StringPiece(text, count), 0, count, RE2::UNANCHORED, nullptr, 0);
}
