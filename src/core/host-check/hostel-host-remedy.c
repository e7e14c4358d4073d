/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-remedy"

#include "config.h"

#include "hostel-host-remedy.h"

#include <glib/gi18n.h>

struct _HostelHostRemedy
{
  GObject               parent_instance;

  HostelHostRemedyKind  kind;
  char                 *text;      /* owned, translated, never NULL */
  char                 *label;     /* owned, translated, never NULL */
  char                 *command;   /* owned, never NULL */
  GStrv                 arguments; /* owned, never NULL */
};

G_DEFINE_ENUM_TYPE (HostelHostRemedyKind, hostel_host_remedy_kind,
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_COMMAND, "command"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_UNITS, "units"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_REPLACE, "replace-units"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_PACKAGES, "packages"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_NETWORK, "network"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_POOL, "pool"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_REMEDY_HELPER, "helper"))

G_DEFINE_FINAL_TYPE (HostelHostRemedy, hostel_host_remedy, G_TYPE_OBJECT)

static void
hostel_host_remedy_finalize (GObject *object)
{
  HostelHostRemedy *self = HOSTEL_HOST_REMEDY (object);

  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->command, g_free);
  g_clear_pointer (&self->arguments, g_strfreev);

  G_OBJECT_CLASS (hostel_host_remedy_parent_class)->finalize (object);
}

static void
hostel_host_remedy_class_init (HostelHostRemedyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_host_remedy_finalize;
}

static void
hostel_host_remedy_init (HostelHostRemedy *self)
{
}

/**
 * hostel_host_remedy_new:
 * @kind: what it does
 * @text: what to do, one translated sentence
 * @label: (nullable): for a button that does it, translated, with a mnemonic
 * @command: (nullable): the same thing for a terminal
 * @arguments: (nullable): what @kind asks for
 *
 * Returns: (transfer full): a remedy; may be made in any thread
 */
HostelHostRemedy *
hostel_host_remedy_new (HostelHostRemedyKind  kind,
                        const char           *text,
                        const char           *label,
                        const char           *command,
                        const char * const   *arguments)
{
  HostelHostRemedy *self;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_HOST_REMEDY, NULL);
  self->kind = kind;
  self->text = g_strdup (text);
  self->label = g_strdup (label ? label : "");
  self->command = g_strdup (command ? command : "");
  self->arguments = arguments ? g_strdupv ((GStrv) arguments) : g_new0 (char *, 1);

  return self;
}

HostelHostRemedyKind
hostel_host_remedy_get_kind (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), HOSTEL_HOST_REMEDY_TEXT);

  return self->kind;
}

const char *
hostel_host_remedy_get_text (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), NULL);

  return self->text;
}

const char *
hostel_host_remedy_get_label (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), NULL);

  return self->label;
}

const char *
hostel_host_remedy_get_command (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), NULL);

  return self->command;
}

const char * const *
hostel_host_remedy_get_arguments (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), NULL);

  return (const char * const *) self->arguments;
}

/**
 * hostel_host_remedy_can_act:
 * @self: a remedy
 *
 * Returns: whether a program can do it, with the desktop's authorization
 */
gboolean
hostel_host_remedy_can_act (HostelHostRemedy *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), FALSE);

  return self->kind != HOSTEL_HOST_REMEDY_TEXT && self->kind != HOSTEL_HOST_REMEDY_COMMAND;
}

/* The verbs of hostel-helper, each with the one that takes it back. */
static const char *
get_opposite (const char *verb)
{
  static const char * const pairs[][2] = {
    { "enable-nested", "disable-nested" },
    { "join-group", "leave-group" },
    { "load-module", "forget-module" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_strcmp0 (verb, pairs[i][0]) == 0)
      return pairs[i][1];

  return NULL;
}

/**
 * hostel_host_remedy_dup_undo:
 * @self: a remedy that was carried out
 *
 * Returns: (transfer full) (nullable): what takes it back; %NULL where that would take more than
 *   came with it: packages, networks and pools, which others may use by now
 */
HostelHostRemedy *
hostel_host_remedy_dup_undo (HostelHostRemedy *self)
{
  const char *arguments[] = { NULL, NULL, NULL };
  HostelHostRemedyKind kind;

  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (self), NULL);

  kind = self->kind;
  if (kind == HOSTEL_HOST_REMEDY_UNITS || kind == HOSTEL_HOST_REMEDY_REPLACE)
    return hostel_host_remedy_new (kind == HOSTEL_HOST_REMEDY_UNITS ? HOSTEL_HOST_REMEDY_REPLACE
                                                                   : HOSTEL_HOST_REMEDY_UNITS,
                                   _("Put it back as it was."), _("_Undo"), NULL,
                                   (const char * const *) self->arguments);

  if (kind != HOSTEL_HOST_REMEDY_HELPER || (arguments[0] = get_opposite (self->arguments[0])) == NULL)
    return NULL;
  arguments[1] = self->arguments[1];

  return hostel_host_remedy_new (kind, _("Put it back as it was."), _("_Undo"), NULL, arguments);
}
