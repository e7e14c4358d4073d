/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-report"

#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hostel-boot-report.h"
#include "hostel-boot-text.h"
#include "hostel-property.h"

/* The guest is not trusted: what it sends has bounds. */
#define MAX_LINE (256 * 1024)
#define MAX_DEPTH 16
#define MAX_MESSAGES 64
#define MAX_MESSAGE 2048
#define MAX_STAGE 64

/**
 * HostelBootReport:
 *
 * Reads what the script in our vendor-data sends. It takes the bytes of any chunks, ignores what it
 * does not understand, and never holds more than one line.
 *
 * Belongs to one thread.
 */
struct _HostelBootReport
{
  GObject             parent_instance;

  char               *instance_id; /* owned, never NULL; "" takes any */
  HostelBootVerdict   verdict;
  char               *stage;       /* owned, never NULL */
  char              **errors;      /* owned, NULL when empty */
  char              **warnings;    /* owned, NULL when empty */
  GPtrArray          *scripts;     /* owned: which of the guest's scripts failed, translated */
  double              seconds;

  GString            *line;        /* owned: the line so far */
  gboolean            overlong;    /* skipping to the next line break */
};

G_DEFINE_FINAL_TYPE (HostelBootReport, hostel_boot_report, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HostelBootVerdict, hostel_boot_verdict,
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_VERDICT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_VERDICT_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_VERDICT_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_VERDICT_FAILED, "failed"))

enum
{
  PROP_0,
  PROP_VERDICT,
  PROP_STAGE,
  PROP_ERRORS,
  PROP_WARNINGS,
  PROP_SECONDS,
  PROP_INSTANCE_ID,
  N_PROPS
};

enum
{
  HEARD,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_verdict (HostelBootReport  *self,
             HostelBootVerdict  verdict)
{
  if (self->verdict == verdict)
    return;

  self->verdict = verdict;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERDICT]);
}

static void
set_stage (HostelBootReport *self,
           const char       *stage)
{
  if (hostel_property_set_string (&self->stage, stage))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STAGE]);
}

static void
set_messages (HostelBootReport  *self,
              char            ***field,
              GPtrArray         *messages,
              guint              prop_id)
{
  if (messages != NULL)
    g_ptr_array_add (messages, NULL);

  if (hostel_property_set_strv (field, messages != NULL ? (const char * const *) messages->pdata
                                                        : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
set_seconds (HostelBootReport *self,
             double            seconds)
{
  if (!isfinite (seconds) || seconds < 0 || !(seconds > self->seconds || seconds < self->seconds))
    return;

  self->seconds = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS]);
}

/* It will stand in a window or on a terminal: no control characters, bounded, valid. */
static char *
clean_message (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, strnlen (text, MAX_MESSAGE));
  GString *clean = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      g_string_append_unichar (clean, g_unichar_iscntrl (character) ? ' ' : character);
    }

  return g_strstrip (g_string_free (clean, FALSE));
}

static void
add_messages (GPtrArray *messages,
              JsonNode  *node)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array) && messages->len < MAX_MESSAGES; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        g_ptr_array_add (messages, clean_message (json_node_get_string (element)));
    }
}

/* Each list of {"WARNING": ["..."], "DEPRECATED": ["..."]}, since cloud-init 23.4. */
static void
add_recoverable (GPtrArray *messages,
                 JsonNode  *node)
{
  JsonObjectIter iter;
  JsonNode *list;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &list))
    add_messages (messages, list);
}

/* json-glib goes into nested arrays by recursion without a limit. */
static gboolean
is_shallow (const char *json)
{
  gboolean quoted = FALSE;
  int depth = 0;

  for (const char *c = json; *c != '\0'; c++)
    {
      if (quoted && *c == '\\' && c[1] != '\0')
        c++;
      else if (*c == '"')
        quoted = !quoted;
      else if (!quoted && (*c == '[' || *c == '{') && ++depth > MAX_DEPTH)
        return FALSE;
      else if (!quoted && (*c == ']' || *c == '}'))
        depth--;
    }

  return TRUE;
}

/* The object under "v1", which has been there since both files exist. */
static JsonObject *
parse_version_1 (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonNode *version;

  if (!is_shallow (text) || !json_parser_load_from_data (parser, text, -1, NULL))
    return NULL;

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;

  version = json_object_get_member (json_node_get_object (root), "v1");
  if (version == NULL || !JSON_NODE_HOLDS_OBJECT (version))
    return NULL;

  return json_object_ref (json_node_get_object (version));
}

static void
read_status (HostelBootReport *self,
             const char       *text)
{
  g_autoptr (JsonObject) status = parse_version_1 (text);
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (status == NULL)
    return;

  json_object_iter_init_ordered (&iter, status);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          JsonObject *stage = json_node_get_object (node);

          add_messages (errors, json_object_get_member (stage, "errors"));
          add_recoverable (warnings, json_object_get_member (stage, "recoverable_errors"));
        }
      /* Null between two stages: the last one is still what a person wants to know. */
      else if (strcmp (name, "stage") == 0 && JSON_NODE_HOLDS_VALUE (node) &&
               json_node_get_value_type (node) == G_TYPE_STRING)
        {
          g_autofree char *stage = clean_message (json_node_get_string (node));

          if (strlen (stage) <= MAX_STAGE)
            set_stage (self, stage);
        }
    }

  set_messages (self, &self->errors, errors, PROP_ERRORS);
  set_messages (self, &self->warnings, warnings, PROP_WARNINGS);
}

static void
read_result (HostelBootReport *self,
             const char       *text)
{
  g_autoptr (JsonObject) result = parse_version_1 (text);
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (g_free);

  if (result == NULL)
    return;

  add_messages (errors, json_object_get_member (result, "errors"));
  for (guint i = 0; errors->len > 0 && i < self->scripts->len && errors->len < MAX_MESSAGES; i++)
    g_ptr_array_add (errors, g_strdup (g_ptr_array_index (self->scripts, i)));
  set_messages (self, &self->errors, errors, PROP_ERRORS);
  set_verdict (self, self->errors != NULL ? HOSTEL_BOOT_VERDICT_FAILED : HOSTEL_BOOT_VERDICT_DONE);
}

/* "NAME CODE LAST-LINE" of a script that failed; cloud-init's own errors only count them. A shell ends
 * with what its last command ended with. */
static void
read_script (HostelBootReport *self,
             const char       *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  g_autofree char *name = NULL;
  g_autofree char *line = NULL;
  char *message;

  if (g_strv_length (words) < 3 || self->scripts->len >= MAX_MESSAGES)
    return;

  name = clean_message (words[0]);
  line = clean_message (words[2]);
  message = g_strdup_printf (_("The script “%s” ended with exit status %d. Its last line is: %s"), name,
                             atoi (words[1]), line);
  if (g_ptr_array_find_with_equal_func (self->scripts, message, g_str_equal, NULL))
    g_free (message);
  else
    g_ptr_array_add (self->scripts, message);
}

/* A line of cloud-init's log, of which a person needs no date: "… - util.py[WARNING]: TEXT" */
static void
read_warning (HostelBootReport *self,
              const char       *line)
{
  const char *mark = strstr (line, "[WARNING]: ");
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *message = clean_message (mark != NULL ? mark + strlen ("[WARNING]: ") : line);

  for (guint i = 0; self->warnings != NULL && self->warnings[i] != NULL; i++)
    g_ptr_array_add (warnings, g_strdup (self->warnings[i]));
  if (*message == '\0' || warnings->len >= MAX_MESSAGES ||
      g_ptr_array_find_with_equal_func (warnings, message, g_str_equal, NULL))
    return;

  g_ptr_array_add (warnings, g_steal_pointer (&message));
  set_messages (self, &self->warnings, warnings, PROP_WARNINGS);
}

/* A seed that was made anew has the machine's id and a number: hostel_seed_renew(). */
static gboolean
is_of (HostelBootReport *self,
       const char       *instance_id)
{
  gsize length = strlen (self->instance_id);

  return length == 0 || (strncmp (instance_id, self->instance_id, length) == 0 &&
                         (instance_id[length] == '\0' || instance_id[length] == '-'));
}

/* "hostel1 INSTANCE-ID UPTIME WORD [JSON]" */
static void
read_line (HostelBootReport *self,
           const char       *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 5);
  double seconds;
  char *end;

  if (g_strv_length (words) < 4 || strcmp (words[0], "hostel1") != 0 ||
      !is_of (self, words[1]))
    return;

  seconds = g_ascii_strtod (words[2], &end);
  if (end == words[2] || *end != '\0')
    return;

  if (strcmp (words[3], "begin") == 0)
    {
      /* A later boot of the same machine begins anew. */
      set_stage (self, "");
      set_messages (self, &self->errors, NULL, PROP_ERRORS);
      set_messages (self, &self->warnings, NULL, PROP_WARNINGS);
      g_ptr_array_set_size (self->scripts, 0);
      set_verdict (self, HOSTEL_BOOT_VERDICT_RUNNING);
    }
  else if (strcmp (words[3], "alive") == 0)
    {
      if (self->verdict == HOSTEL_BOOT_VERDICT_NONE)
        set_verdict (self, HOSTEL_BOOT_VERDICT_RUNNING);
    }
  else if (strcmp (words[3], "script") == 0 && words[4] != NULL)
    read_script (self, words[4]);
  else if (strcmp (words[3], "warning") == 0 && words[4] != NULL)
    read_warning (self, words[4]);
  else if (strcmp (words[3], "status") == 0 && words[4] != NULL)
    {
      read_status (self, words[4]);
      if (self->verdict == HOSTEL_BOOT_VERDICT_NONE)
        set_verdict (self, HOSTEL_BOOT_VERDICT_RUNNING);
    }
  else if (strcmp (words[3], "result") == 0 && words[4] != NULL)
    read_result (self, words[4]);
  else if (strcmp (words[3], "end") == 0)
    set_verdict (self, self->errors != NULL ? HOSTEL_BOOT_VERDICT_FAILED
                                            : HOSTEL_BOOT_VERDICT_DONE);
  else
    return;

  set_seconds (self, seconds);
  g_signal_emit (self, signals[HEARD], 0);
}

static void
hostel_boot_report_finalize (GObject *object)
{
  HostelBootReport *self = HOSTEL_BOOT_REPORT (object);

  g_clear_pointer (&self->instance_id, g_free);
  g_clear_pointer (&self->stage, g_free);
  g_clear_pointer (&self->errors, g_strfreev);
  g_clear_pointer (&self->warnings, g_strfreev);
  g_ptr_array_unref (self->scripts);
  g_string_free (self->line, TRUE);

  G_OBJECT_CLASS (hostel_boot_report_parent_class)->finalize (object);
}

static void
hostel_boot_report_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  HostelBootReport *self = HOSTEL_BOOT_REPORT (object);

  switch (prop_id)
    {
    case PROP_VERDICT:
      g_value_set_enum (value, self->verdict);
      break;

    case PROP_STAGE:
      g_value_set_string (value, self->stage);
      break;

    case PROP_ERRORS:
      g_value_set_boxed (value, self->errors);
      break;

    case PROP_WARNINGS:
      g_value_set_boxed (value, self->warnings);
      break;

    case PROP_SECONDS:
      g_value_set_double (value, self->seconds);
      break;

    case PROP_INSTANCE_ID:
      g_value_set_string (value, self->instance_id);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_report_class_init (HostelBootReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hostel_boot_report_finalize;
  object_class->get_property = hostel_boot_report_get_property;

  properties[PROP_VERDICT] =
    g_param_spec_enum ("verdict", NULL, NULL, HOSTEL_TYPE_BOOT_VERDICT, HOSTEL_BOOT_VERDICT_NONE,
                       flags);
  properties[PROP_STAGE] = g_param_spec_string ("stage", NULL, NULL, "", flags);
  properties[PROP_ERRORS] = g_param_spec_boxed ("errors", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_WARNINGS] = g_param_spec_boxed ("warnings", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_SECONDS] =
    g_param_spec_double ("seconds", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  properties[PROP_INSTANCE_ID] = g_param_spec_string ("instance-id", NULL, NULL, "", flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HostelBootReport::heard:
   * @self: the report
   *
   * A line of the guest's was understood, whether it tells anything new or not.
   */
  signals[HEARD] = g_signal_new ("heard", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
hostel_boot_report_init (HostelBootReport *self)
{
  self->instance_id = g_strdup ("");
  self->stage = g_strdup ("");
  self->scripts = g_ptr_array_new_with_free_func (g_free);
  self->line = g_string_new (NULL);
}

/**
 * hostel_boot_report_new:
 * @instance_id: (nullable): whose lines count, %NULL for anybody's
 *
 * Returns: (transfer full): a report that has heard nothing yet
 */
HostelBootReport *
hostel_boot_report_new (const char *instance_id)
{
  HostelBootReport *self = g_object_new (HOSTEL_TYPE_BOOT_REPORT, NULL);

  hostel_property_set_string (&self->instance_id, instance_id);

  return self;
}

static void
end_line (HostelBootReport *self)
{
  if (!self->overlong)
    read_line (self, self->line->str);

  self->overlong = FALSE;
  g_string_truncate (self->line, 0);
}

/**
 * hostel_boot_report_feed:
 * @bytes: what was read from the port, of any length
 *
 * Takes any bytes; properties change and notify before this returns.
 */
void
hostel_boot_report_feed (HostelBootReport *self,
                         GBytes           *bytes)
{
  const char *data;
  gsize size;

  g_return_if_fail (HOSTEL_IS_BOOT_REPORT (self));
  g_return_if_fail (bytes != NULL);

  data = g_bytes_get_data (bytes, &size);
  while (size > 0)
    {
      const char *end = memchr (data, '\n', size);
      gsize length = end != NULL ? (gsize) (end - data) : size;

      if (self->line->len + length > MAX_LINE)
        self->overlong = TRUE;
      else
        g_string_append_len (self->line, data, length);

      if (end != NULL)
        end_line (self);

      length += end != NULL ? 1 : 0;
      data += length;
      size -= length;
    }
}

/**
 * hostel_boot_report_take_files:
 * @self: the report
 * @status: (nullable): the guest's /run/cloud-init/status.json
 * @result: (nullable): its result.json
 *
 * Takes what was read in the guest by other ways than its own report. A result counts where cloud-init
 * had data from a disk.
 *
 * Returns: whether it says that cloud-init ran with such data, or still runs
 */
gboolean
hostel_boot_report_take_files (HostelBootReport *self,
                               const char       *status,
                               const char       *result)
{
  g_autoptr (JsonObject) end = result != NULL ? parse_version_1 (result) : NULL;
  const char *datasource;

  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), FALSE);

  if (status == NULL)
    return FALSE;

  read_status (self, status);
  if (end == NULL)
    return TRUE;

  datasource = json_object_get_string_member_with_default (end, "datasource", "");
  if (self->verdict == HOSTEL_BOOT_VERDICT_NONE && !hostel_boot_text_is_seeded (datasource))
    return FALSE;

  read_result (self, result);
  return TRUE;
}

/**
 * hostel_boot_report_take_console:
 * @self: the report
 * @errors: failures that the console told
 *
 * For where nothing else tells of them.
 */
void
hostel_boot_report_take_console (HostelBootReport   *self,
                                 const char * const *errors)
{
  g_return_if_fail (HOSTEL_IS_BOOT_REPORT (self));

  if (self->errors == NULL && hostel_property_set_strv (&self->errors, errors))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERRORS]);
}

/**
 * hostel_boot_report_get_verdict:
 *
 * Returns: how far the boot is, and how it ended
 */
HostelBootVerdict
hostel_boot_report_get_verdict (HostelBootReport *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), HOSTEL_BOOT_VERDICT_NONE);

  return self->verdict;
}

/**
 * hostel_boot_report_get_stage:
 *
 * Returns: cloud-init's word for the stage that it is in or was in last, "" before the first
 */
const char *
hostel_boot_report_get_stage (HostelBootReport *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), "");

  return self->stage;
}

/**
 * hostel_boot_report_get_errors:
 *
 * Returns: (nullable): the errors so far, %NULL when there are none
 */
const char * const *
hostel_boot_report_get_errors (HostelBootReport *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), NULL);

  return (const char * const *) self->errors;
}

/**
 * hostel_boot_report_get_warnings:
 *
 * Returns: (nullable): what cloud-init 23.4 and newer could recover from, %NULL for nothing
 */
const char * const *
hostel_boot_report_get_warnings (HostelBootReport *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), NULL);

  return (const char * const *) self->warnings;
}

/**
 * hostel_boot_report_get_seconds:
 *
 * Returns: the guest's up-time in seconds when it sent the last line
 */
double
hostel_boot_report_get_seconds (HostelBootReport *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_REPORT (self), 0);

  return self->seconds;
}
