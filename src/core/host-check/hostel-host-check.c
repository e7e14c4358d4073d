/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-check"

#include "config.h"

#include "hostel-host-check.h"

#include <glib/gi18n.h>

#include "hostel-host-catalogue.h"

struct _HostelHostCheck
{
  GObject           parent_instance;

  char             *id;       /* owned */
  char             *group;    /* owned */
  char             *title;    /* owned, translated */
  HostelCheckState  state;
  char             *evidence; /* owned, never NULL */
  char             *why;      /* owned, never NULL */
  char             *cause;    /* owned, never NULL */
  HostelHostRemedy *remedy;   /* owned, nullable */
};

G_DEFINE_ENUM_TYPE (HostelCheckState, hostel_check_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_NOTE, "note"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_WARNING, "warning"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_MISSING, "missing"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CHECK_STATE_NOT_APPLICABLE, "not-applicable"))

G_DEFINE_FINAL_TYPE (HostelHostCheck, hostel_host_check, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_GROUP,
  PROP_TITLE,
  PROP_STATE,
  PROP_EVIDENCE,
  PROP_WHY,
  PROP_REMEDY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_host_check_finalize (GObject *object)
{
  HostelHostCheck *self = HOSTEL_HOST_CHECK (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->evidence, g_free);
  g_clear_pointer (&self->why, g_free);
  g_clear_pointer (&self->cause, g_free);
  g_clear_object (&self->remedy);

  G_OBJECT_CLASS (hostel_host_check_parent_class)->finalize (object);
}

static void
hostel_host_check_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelHostCheck *self = HOSTEL_HOST_CHECK (object);

  switch (prop_id)
    {
    case PROP_ID:       g_value_set_string (value, self->id); break;
    case PROP_GROUP:    g_value_set_string (value, self->group); break;
    case PROP_TITLE:    g_value_set_string (value, self->title); break;
    case PROP_STATE:    g_value_set_enum (value, self->state); break;
    case PROP_EVIDENCE: g_value_set_string (value, self->evidence); break;
    case PROP_WHY:      g_value_set_string (value, self->why); break;
    case PROP_REMEDY:
      g_value_set_string (value, hostel_host_check_get_remedy (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_host_check_class_init (HostelHostCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const struct { guint prop; const char *name; } strings[] = {
    { PROP_ID, "id" }, { PROP_GROUP, "group" }, { PROP_TITLE, "title" },
    { PROP_EVIDENCE, "evidence" }, { PROP_WHY, "why" }, { PROP_REMEDY, "remedy" },
  };
  guint i;

  object_class->finalize = hostel_host_check_finalize;
  object_class->get_property = hostel_host_check_get_property;

  for (i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].prop] = g_param_spec_string (strings[i].name, NULL, NULL, "", ro);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CHECK_STATE,
                                              HOSTEL_CHECK_STATE_GOOD, ro);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_host_check_init (HostelHostCheck *self)
{
}

/**
 * hostel_check_state_to_id:
 * @state: a state
 *
 * Returns: the word for JSON: "good", "note", "warning", "missing", "unknown", "not-applicable"
 */
const char *
hostel_check_state_to_id (HostelCheckState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (HOSTEL_TYPE_CHECK_STATE);
  GEnumValue *value = g_enum_get_value (klass, (int) state);

  return value ? value->value_nick : "unknown";
}

/**
 * hostel_host_check_new:
 * @id: a word that never changes, for scripts
 * @group: one of the groups of #HostelHostCheck
 * @title: translated, a few words
 * @state: how it is
 * @evidence: what was read, where, and what it said
 * @why: (nullable): translated, why it matters, one sentence
 * @remedy: (nullable): translated, the next action, one sentence
 *
 * Returns: (transfer full): a check, which never changes; may be made in any thread
 */
HostelHostCheck *
hostel_host_check_new (const char       *id,
                       const char       *group,
                       const char       *title,
                       HostelCheckState  state,
                       const char       *evidence,
                       const char       *why,
                       const char       *remedy)
{
  HostelHostCheck *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (group != NULL, NULL);
  g_return_val_if_fail (title != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_HOST_CHECK, NULL);
  self->id = g_strdup (id);
  self->group = g_strdup (group);
  self->title = g_strdup (title);
  self->state = state;
  self->evidence = evidence ? g_utf8_make_valid (evidence, -1) : g_strdup ("");
  self->why = g_strdup (why ? why : "");
  self->cause = g_strdup ("");
  if (remedy != NULL && *remedy != '\0')
    self->remedy = hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT, remedy, NULL, NULL, NULL);

  return self;
}

/**
 * hostel_host_check_new_entry:
 * @id: one of the catalogue's
 * @state: how it is
 * @evidence: what was read, where, and what it said
 * @cause: (nullable): translated, the end of a sentence "…, because", for the verdict
 * @remedy: (transfer full) (nullable): what can be done about it
 *
 * Returns: (transfer full): the check of that id
 */
HostelHostCheck *
hostel_host_check_new_entry (const char       *id,
                             HostelCheckState  state,
                             const char       *evidence,
                             const char       *cause,
                             HostelHostRemedy *remedy)
{
  const HostelHostEntry *entry = hostel_host_catalogue_lookup (id);
  g_autoptr (HostelHostRemedy) owned = remedy;
  HostelHostCheck *self;

  g_return_val_if_fail (entry != NULL, NULL);

  self = hostel_host_check_new (id, entry->group, _(entry->title), state, evidence, _(entry->why),
                                NULL);
  g_set_object (&self->remedy, owned);
  g_free (self->cause);
  self->cause = g_strdup (cause ? cause : "");

  return self;
}

const char *
hostel_host_check_get_id (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->id;
}

const char *
hostel_host_check_get_group (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->group;
}

const char *
hostel_host_check_get_title (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->title;
}

HostelCheckState
hostel_host_check_get_state (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), HOSTEL_CHECK_STATE_UNKNOWN);

  return self->state;
}

const char *
hostel_host_check_get_evidence (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->evidence;
}

const char *
hostel_host_check_get_why (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->why;
}

const char *
hostel_host_check_get_remedy (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->remedy ? hostel_host_remedy_get_text (self->remedy) : "";
}

/**
 * hostel_host_check_get_cause:
 * @self: a check
 *
 * Returns: (transfer none): why it is so, as the end of a sentence, or ""
 */
const char *
hostel_host_check_get_cause (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->cause;
}

/**
 * hostel_host_check_get_action:
 * @self: a check
 *
 * Returns: (transfer none) (nullable): the remedy with what it takes to carry it out
 */
HostelHostRemedy *
hostel_host_check_get_action (HostelHostCheck *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK (self), NULL);

  return self->remedy;
}
