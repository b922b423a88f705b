#ifndef CTEXTS_H
#define CTEXTS_H
// Long texts, embedded from files by the compiler. CTexts.c lists them, and CTextsDays.c the bad days.
#include <stddef.h>

struct ctexts_text {
  const unsigned char *bytes;
  size_t count;
};

extern const struct ctexts_text ctexts_openapi;
extern const struct ctexts_text ctexts_openapi_control;
extern const struct ctexts_text ctexts_scenario_schema;
extern const struct ctexts_text ctexts_page;
extern const struct ctexts_text ctexts_page_gzip;

// A scenario file of fixtures/days.
struct ctexts_day {
  // The file's name without its ending.
  const char *file;
  struct ctexts_text text;
};

size_t ctexts_day_count(void);

// NULL after the last one.
const struct ctexts_day *ctexts_day_at(size_t index);
#endif
