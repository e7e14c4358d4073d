/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text to tokens, for hostel-yaml-parse.c alone. libyaml takes what PyYAML refuses and refuses what
 * PyYAML takes, and PyYAML reads in the guest: these are yaml/scanner.py's rules, in its order. */

typedef struct
{
  gsize offset; /* in bytes */
  gsize index;  /* in characters */
  guint line;   /* from 0 */
  int   column; /* from 0, in characters */
} HostelYamlMark;

typedef enum
{
  HOSTEL_YAML_TOKEN_ERROR, /* the scanner's problem says which; nothing follows */
  HOSTEL_YAML_TOKEN_STREAM_END,
  HOSTEL_YAML_TOKEN_DIRECTIVE,
  HOSTEL_YAML_TOKEN_DOCUMENT_START,
  HOSTEL_YAML_TOKEN_DOCUMENT_END,
  HOSTEL_YAML_TOKEN_BLOCK_SEQUENCE_START,
  HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START,
  HOSTEL_YAML_TOKEN_BLOCK_END,
  HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_START,
  HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_END,
  HOSTEL_YAML_TOKEN_FLOW_MAPPING_START,
  HOSTEL_YAML_TOKEN_FLOW_MAPPING_END,
  HOSTEL_YAML_TOKEN_BLOCK_ENTRY,
  HOSTEL_YAML_TOKEN_FLOW_ENTRY,
  HOSTEL_YAML_TOKEN_KEY,
  HOSTEL_YAML_TOKEN_VALUE,
  HOSTEL_YAML_TOKEN_ALIAS,
  HOSTEL_YAML_TOKEN_ANCHOR,
  HOSTEL_YAML_TOKEN_TAG,
  HOSTEL_YAML_TOKEN_SCALAR,
} HostelYamlTokenType;

typedef struct
{
  HostelYamlTokenType  type;
  HostelYamlMark       start;
  HostelYamlMark       end;
  int                  style;  /* yaml_scalar_style_t */
  char                *handle; /* owned, nullable: of a tag; the name of a directive */
  char                *text;   /* owned, nullable: value, name, suffix or prefix */
} HostelYamlToken;

typedef struct
{
  const char     *text;      /* ends with a NUL */
  HostelYamlMark  mark;      /* what is read next */
  int             flow_level;
  int             indent;
  GArray         *indents;   /* of int */
  GArray         *tokens;    /* of HostelYamlToken, from first_token on */
  guint           first_token;
  gsize           tokens_taken;
  GArray         *keys;      /* of possible simple keys, from first_key on: the oldest first */
  guint           first_key;
  gboolean        allow_simple_key;
  gboolean        done;

  const char     *problem;   /* NULL where there is none */
  HostelYamlMark  problem_mark;
  const char     *late_problem; /* counts where there is no other */
  HostelYamlMark  late_problem_mark;
} HostelYamlScanner;

/* hostel-yaml-scan.c */
void              hostel_yaml_scanner_init      (HostelYamlScanner *self,
                                                 const char        *text);
void              hostel_yaml_scanner_clear     (HostelYamlScanner *self);
HostelYamlToken  *hostel_yaml_scanner_peek      (HostelYamlScanner *self);
void              hostel_yaml_scanner_skip      (HostelYamlScanner *self);

/* hostel-yaml-scan-text.c; each but the first few adds a token of @self, or says FALSE */
gsize             hostel_yaml_break_length      (const char        *text);
gboolean          hostel_yaml_is_break          (const char        *text);
gboolean          hostel_yaml_is_space          (const char        *text);
gboolean          hostel_yaml_is_blank          (const char        *text);
const char       *hostel_yaml_scanner_rest      (HostelYamlScanner *self);
void              hostel_yaml_scanner_forward   (HostelYamlScanner *self,
                                                 gsize              characters);
void              hostel_yaml_scanner_move_to   (HostelYamlScanner *self,
                                                 const char        *place);
gboolean          hostel_yaml_scanner_fail      (HostelYamlScanner *self,
                                                 const char        *problem);
gboolean          hostel_yaml_scan_break        (HostelYamlScanner *self,
                                                 GString           *into);
gboolean          hostel_yaml_scan_end_of_line  (HostelYamlScanner *self);
gboolean          hostel_yaml_at_separator      (HostelYamlScanner *self);
gboolean          hostel_yaml_scan_plain        (HostelYamlScanner *self,
                                                 GString           *value,
                                                 HostelYamlMark    *end);

/* hostel-yaml-scan-quoted.c */
gboolean          hostel_yaml_scan_quoted       (HostelYamlScanner *self,
                                                 GString           *value);
gboolean          hostel_yaml_scan_block        (HostelYamlScanner *self,
                                                 GString           *value,
                                                 HostelYamlMark    *end);

/* hostel-yaml-scan-tag.c */
gboolean          hostel_yaml_scan_directive    (HostelYamlScanner *self,
                                                 HostelYamlToken   *token);
gboolean          hostel_yaml_scan_name         (HostelYamlScanner *self,
                                                 HostelYamlToken   *token);
gboolean          hostel_yaml_scan_tag          (HostelYamlScanner *self,
                                                 HostelYamlToken   *token);

G_END_DECLS
