/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-strip"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-boot-pending.h"
#include "hostel-boot-strip.h"

struct _HostelBootStrip
{
  AdwBin parent_instance;

  HostelBootMonitor *monitor; /* owned, nullable */
  HostelDomain      *domain;  /* owned, nullable: the monitor's */
  GSignalGroup      *monitor_signals; /* owned */
  GSignalGroup      *domain_signals;  /* owned */

  GtkInfoBar        *bar;
  GtkLabel          *title;
  GtkLabel          *detail;
  GtkProgressBar    *progress;
  GtkWidget         *copy_button;
  GtkWidget         *details_button;
};

G_DEFINE_FINAL_TYPE (HostelBootStrip, hostel_boot_strip, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_MONITOR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* cloud-init's stages in their order, and what a person would call what they do; see
 * https://cloudinit.readthedocs.io/en/latest/explanation/boot.html */
static const struct
{
  const char *stage;
  const char *label;
  double      fraction;
} stages[] = {
  { "init-local", N_("Applying user-data: network"), 0.2 },
  { "init", N_("Applying user-data: disks, users and keys"), 0.4 },
  { "modules-config", N_("Applying user-data: configuration"), 0.6 },
  { "modules-final", N_("Applying user-data: packages and commands"), 0.8 },
};

static void
show_progress (HostelBootStrip *self)
{
  const char *stage = hostel_boot_report_get_stage (hostel_boot_monitor_get_report (self->monitor));
  const char *label = _("Applying user-data");
  double fraction = 0.2;

  if (hostel_boot_monitor_get_phase (self->monitor) == HOSTEL_BOOT_PHASE_BOOTING)
    {
      label = _("Booting");
      fraction = 0.1;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      if (g_strcmp0 (stage, stages[i].stage) == 0)
        {
          label = _(stages[i].label);
          fraction = stages[i].fraction;
        }
    }

  gtk_label_set_label (self->title, label);
  gtk_progress_bar_set_fraction (self->progress, fraction);
}

/* What it says of a log-in must hold now: the machine may be off again, or on its way down. */
static void
show_ready (HostelBootStrip *self)
{
  const char *ssh = hostel_domain_get_ssh_label (self->domain);
  HostelBootReport *report = hostel_boot_monitor_get_report (self->monitor);
  const char * const *warnings = hostel_boot_report_get_warnings (report);
  HostelDomainState state = hostel_domain_get_state (self->domain);
  gboolean running = state == HOSTEL_DOMAIN_STATE_RUNNING;
  const char *address = hostel_domain_get_address (self->domain);
  const char *detail = *address != '\0' ? address : _("Its address is not known yet.");

  if (state == HOSTEL_DOMAIN_STATE_SHUTTING_DOWN)
    detail = _("It is shutting down.");
  else if (!running)
    detail = _("It does not run now.");
  else if (*ssh != '\0')
    detail = ssh;

  gtk_label_set_label (self->title, running && *ssh != '\0' ? _("Ready to log in")
                                    : running ? _("Ready") : _("Set up"));
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_visible (self->copy_button, running && *ssh != '\0');
  gtk_widget_set_visible (self->details_button, warnings != NULL);
}

static void
show_failed (HostelBootStrip *self)
{
  HostelBootReport *report = hostel_boot_monitor_get_report (self->monitor);
  const char * const *errors = hostel_boot_report_get_errors (report);

  gtk_label_set_label (self->title, hostel_boot_phase_get_title (HOSTEL_BOOT_PHASE_FAILED));
  gtk_label_set_label (self->detail, errors && errors[0] ? errors[0] : "");
  gtk_widget_set_visible (self->details_button, errors && errors[0]);
}

static GtkMessageType
get_message_type (HostelBootPhase phase)
{
  switch (phase)
    {
    case HOSTEL_BOOT_PHASE_READY:
      return GTK_MESSAGE_INFO;
    case HOSTEL_BOOT_PHASE_FAILED:
    case HOSTEL_BOOT_PHASE_CRASHED:
    case HOSTEL_BOOT_PHASE_EMERGENCY:
    case HOSTEL_BOOT_PHASE_INITRAMFS:
    case HOSTEL_BOOT_PHASE_LOADER:
    case HOSTEL_BOOT_PHASE_NO_SYSTEM:
    case HOSTEL_BOOT_PHASE_PANIC:
      return GTK_MESSAGE_ERROR;
    case HOSTEL_BOOT_PHASE_STOPPED:
    case HOSTEL_BOOT_PHASE_GONE:
    case HOSTEL_BOOT_PHASE_LOST:
    case HOSTEL_BOOT_PHASE_UNREAD:
    case HOSTEL_BOOT_PHASE_UNTOLD:
    case HOSTEL_BOOT_PHASE_SILENT:
      return GTK_MESSAGE_WARNING;
    case HOSTEL_BOOT_PHASE_BOOTING:
    case HOSTEL_BOOT_PHASE_APPLYING:
    default:
      return GTK_MESSAGE_OTHER;
    }
}

static void
show_phase (HostelBootStrip *self,
            HostelBootPhase  phase)
{
  if (phase == HOSTEL_BOOT_PHASE_READY)
    show_ready (self);
  else if (phase == HOSTEL_BOOT_PHASE_FAILED)
    show_failed (self);
  else if (hostel_boot_phase_is_end (phase))
    {
      gtk_label_set_label (self->title, hostel_boot_phase_get_title (phase));
      gtk_label_set_label (self->detail, hostel_boot_phase_get_remedy (phase));
    }
  else
    show_progress (self);
}

static void
update_cb (HostelBootStrip *self)
{
  HostelBootPhase phase;
  gboolean running;

  gtk_widget_set_visible (GTK_WIDGET (self), self->monitor != NULL);
  if (self->monitor == NULL)
    return;

  phase = hostel_boot_monitor_get_phase (self->monitor);
  running = phase == HOSTEL_BOOT_PHASE_BOOTING || phase == HOSTEL_BOOT_PHASE_APPLYING;
  gtk_info_bar_set_message_type (self->bar, get_message_type (phase));
  gtk_label_set_label (self->detail, "");
  gtk_widget_set_visible (self->copy_button, FALSE);
  gtk_widget_set_visible (self->details_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  show_phase (self, phase);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *gtk_label_get_label (self->detail) != '\0');
}

static void
show_details_cb (HostelBootStrip *self)
{
  HostelBootReport *report = hostel_boot_monitor_get_report (self->monitor);
  const char * const *errors = hostel_boot_report_get_errors (report);
  const char * const *warnings = hostel_boot_report_get_warnings (report);
  g_autofree char *told = errors != NULL ? g_strjoinv ("\n", (char **) errors) : NULL;
  g_autofree char *more = warnings != NULL ? g_strjoinv ("\n", (char **) warnings) : NULL;
  g_autofree char *text = g_strjoin ("\n", told != NULL ? told : more, told != NULL ? more : NULL, NULL);
  const char *remedy = _("The whole log is in the guest: /var/log/cloud-init-output.log");

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-error", "(ssss)",
                              errors != NULL ? hostel_boot_phase_get_title (HOSTEL_BOOT_PHASE_FAILED)
                                             : _("User-data was applied with warnings"),
                              text, remedy, "");
}

static void
response_cb (HostelBootStrip *self,
             int              response)
{
  g_autoptr (HostelDomain) domain = NULL;

  if (response != GTK_RESPONSE_CLOSE || self->domain == NULL)
    return;

  domain = g_object_ref (self->domain);
  hostel_boot_strip_set_monitor (self, NULL);
  hostel_boot_pending_remove_async (domain);
  hostel_boot_monitor_forget (domain);
}

static void
hostel_boot_strip_map (GtkWidget *widget)
{
  HostelBootStrip *self = HOSTEL_BOOT_STRIP (widget);

  GTK_WIDGET_CLASS (hostel_boot_strip_parent_class)->map (widget);

  if (self->monitor != NULL)
    hostel_boot_monitor_set_visible (self->monitor, TRUE);
}

static void
hostel_boot_strip_unmap (GtkWidget *widget)
{
  HostelBootStrip *self = HOSTEL_BOOT_STRIP (widget);

  if (self->monitor != NULL)
    hostel_boot_monitor_set_visible (self->monitor, FALSE);

  GTK_WIDGET_CLASS (hostel_boot_strip_parent_class)->unmap (widget);
}

static void
hostel_boot_strip_dispose (GObject *object)
{
  HostelBootStrip *self = HOSTEL_BOOT_STRIP (object);

  g_clear_object (&self->monitor_signals);
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->monitor);
  g_clear_object (&self->domain);

  G_OBJECT_CLASS (hostel_boot_strip_parent_class)->dispose (object);
}

static void
hostel_boot_strip_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MONITOR:
      g_value_set_object (value, HOSTEL_BOOT_STRIP (object)->monitor);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_strip_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_MONITOR:
      hostel_boot_strip_set_monitor (HOSTEL_BOOT_STRIP (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_strip_class_init (HostelBootStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_boot_strip_dispose;
  object_class->get_property = hostel_boot_strip_get_property;
  object_class->set_property = hostel_boot_strip_set_property;

  widget_class->map = hostel_boot_strip_map;
  widget_class->unmap = hostel_boot_strip_unmap;

  properties[PROP_MONITOR] =
    g_param_spec_object ("monitor", NULL, NULL, HOSTEL_TYPE_BOOT_MONITOR,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-boot-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, bar);
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, title);
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, detail);
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, progress);
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HostelBootStrip, details_button);
  gtk_widget_class_bind_template_callback (widget_class, show_details_cb);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
hostel_boot_strip_init (HostelBootStrip *self)
{
  self->monitor_signals = g_signal_group_new (HOSTEL_TYPE_BOOT_MONITOR);
  g_signal_group_connect_swapped (self->monitor_signals, "notify", G_CALLBACK (update_cb), self);
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify::ssh-command", G_CALLBACK (update_cb), self);
  g_signal_group_connect_swapped (self->domain_signals, "notify::state", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_boot_strip_set_monitor:
 * @self: the strip
 * @monitor: (nullable): the boot to tell about
 */
void
hostel_boot_strip_set_monitor (HostelBootStrip   *self,
                               HostelBootMonitor *monitor)
{
  g_return_if_fail (HOSTEL_IS_BOOT_STRIP (self));
  g_return_if_fail (monitor == NULL || HOSTEL_IS_BOOT_MONITOR (monitor));

  if (self->monitor == monitor)
    return;

  if (self->monitor != NULL)
    hostel_boot_monitor_set_visible (self->monitor, FALSE);

  g_set_object (&self->monitor, monitor);
  g_set_object (&self->domain, (monitor ? hostel_boot_monitor_get_domain (monitor) : NULL));
  g_signal_group_set_target (self->monitor_signals, monitor);
  g_signal_group_set_target (self->domain_signals, self->domain);
  if (monitor != NULL)
    hostel_boot_monitor_set_visible (monitor, gtk_widget_get_mapped (GTK_WIDGET (self)));

  update_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MONITOR]);
}
