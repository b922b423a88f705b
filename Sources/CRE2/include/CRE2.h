#ifndef CRE2_H
#define CRE2_H
// RE2, which is C++, for Swift: a pattern is compiled once, and any thread may match with it.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

// Never NULL: cre2_error says whether it failed. `text` is UTF-8. `memory` is about how many bytes the pattern may
// keep: its program, and what matching keeps from one text to the next.
cre2_pattern *cre2_compile(const char *text, size_t count, int64_t memory);
void cre2_free(cre2_pattern *pattern);

// The error codes of RE2 that Swift has to know.
enum {
  CRE2_NO_ERROR = 0,
  CRE2_MISSING_PARENTHESIS = 6,
  CRE2_UNEXPECTED_PARENTHESIS = 7,
  CRE2_TOO_LARGE = 15
};
int cre2_error(const cre2_pattern *pattern);
// The error in RE2's words, then a colon and the part of the pattern that it is about; and that part alone, which is
// not zero-terminated. Both live as long as the pattern.
const char *cre2_error_words(const cre2_pattern *pattern);
const char *cre2_error_part(const cre2_pattern *pattern, size_t *count);

// How many instructions its program has.
int cre2_size(const cre2_pattern *pattern);

// Whether the pattern matches somewhere in the text, which is UTF-8. Time and memory grow at most linearly with the
// text.
bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t count);

#ifdef __cplusplus
}
#endif
#endif
