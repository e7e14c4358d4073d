/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-application"

#include "config.h"

#include <malloc.h>

#include <glib/gi18n.h>

#include "hostel-application.h"
#include "hostel-create-job.h"
#include "hostel-focus-guard.h"
#include "hostel-settings.h"
#include "hostel-window.h"

/* After a list has come, the rows' details have come too by then. */
#define TRIM_SECONDS 3

struct _HostelApplication
{
  AdwApplication parent_instance;

  HostelHostList *hosts;      /* owned */
  char           *asked;      /* owned, nullable: the URI on our own command line */
  gboolean        without_gl; /* GDK_DEBUG and GSK_RENDERER were set by us */
};

G_DEFINE_FINAL_TYPE (HostelApplication, hostel_application, ADW_TYPE_APPLICATION)

/* Parts of the environment from hostel_application_choose_renderer() on. */
static char gdk_debug[] = "GDK_DEBUG=gl-disable";
static char gsk_renderer[] = "GSK_RENDERER=cairo";

static const GOptionEntry options[] = {
  { "connect", 'c', 0, G_OPTION_ARG_STRING, NULL, N_("Show the host of this libvirt URI"),
    N_("URI") },
  { "console", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Open the console of this virtual machine"),
    N_("NAME") },
  { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Tell the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_("[IMAGE]") },
  { NULL }
};

static void
cleaned_up_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  HostelConnection *connection = HOSTEL_CONNECTION (source);
  g_autoptr (GError) error = NULL;

  if (!hostel_create_clean_up_finish (connection, result, &error))
    g_debug ("Clean-up on %s: %s", hostel_connection_get_uri (connection), error->message);
}

/* Reading a long list leaves holes in the heaps of the threads that read it; here some 3 MiB. */
static gboolean
trim (gpointer user_data)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif

  return G_SOURCE_REMOVE;
}

/* A create that was killed in an earlier run is undone as soon as its host answers, once. */
static void
host_loaded_cb (HostelApplication *self,
                GParamSpec        *pspec,
                HostelConnection  *connection)
{
  if (!hostel_connection_get_loaded (connection))
    return;

  g_signal_handlers_disconnect_by_func (connection, host_loaded_cb, self);
  hostel_create_clean_up_async (connection, cleaned_up_cb, NULL);
  g_timeout_add_seconds (TRIM_SECONDS, trim, NULL);
}

static void
hosts_changed_cb (HostelApplication *self,
                  guint              position,
                  guint              removed,
                  guint              added,
                  GListModel        *hosts)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, i);

      g_signal_connect_object (connection, "notify::loaded",
                               G_CALLBACK (host_loaded_cb), self,
                               G_CONNECT_SWAPPED);
    }
}

static void
add_kept_hosts (HostelApplication *self)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_auto (GStrv) uris = settings ? g_settings_get_strv (settings, "uris") : NULL;

  if (uris == NULL || uris[0] == NULL)
    {
      g_strfreev (uris);
      uris = hostel_connection_dup_default_uris ();
    }

  hostel_host_list_add_all (self->hosts, (const char * const *) uris);
}

/* @uri is nullable, and only for this run: the list of hosts that is kept is changed in the window. */
static void
add_hosts (HostelApplication *self,
           const char        *uri)
{
  if (uri != NULL)
    hostel_host_list_add (self->hosts, uri);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->hosts)) == 0)
    add_kept_hosts (self);
}

static HostelWindow *
ensure_window (HostelApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *iter = windows; iter != NULL; iter = iter->next)
    {
      if (HOSTEL_IS_WINDOW (iter->data))
        return iter->data;
    }

  return hostel_window_new (ADW_APPLICATION (self), self->hosts);
}

/* GTK has read them by now, and the programs that we start are to choose for themselves. There are
 * threads of libvirt, which reads the environment: it keeps its form, and only two names change. */
static void
forget_renderer (HostelApplication *self)
{
  if (self->without_gl)
    gdk_debug[0] = gsk_renderer[0] = '_';
  self->without_gl = FALSE;
}

static HostelWindow *
application_open (HostelApplication *self)
{
  HostelWindow *window = ensure_window (self);

  gtk_window_present (GTK_WINDOW (window));
  forget_renderer (self);
  hostel_host_list_open (self->hosts);

  return window;
}

/* The first of them: the dialog makes one machine. */
static void
hostel_application_open_files (GApplication  *application,
                               GFile        **files,
                               int            n_files,
                               const char    *hint)
{
  HostelApplication *self = HOSTEL_APPLICATION (application);

  add_hosts (self, NULL);
  hostel_window_open_file (application_open (self), files[0]);
}

/* What can be said where the command was typed is said there, before a window is opened. */
static gboolean
check_files (GApplicationCommandLine *command_line,
             const char * const      *names,
             GFile                  **file)
{
  g_autofree char *name = g_filename_display_name (names[0]);

  if (names[1] != NULL)
    {
      g_application_command_line_printerr (command_line, "hostel: %s\n",
                                           _("A machine is made of one image: open one file at a "
                                             "time."));
      return FALSE;
    }

  *file = g_application_command_line_create_file_for_arg (command_line, names[0]);
  if (g_file_query_exists (*file, NULL))
    return TRUE;

  g_application_command_line_printerr (command_line, _("hostel: There is no file “%s”. Check the "
                                                       "path.\n"), name);
  g_clear_object (file);

  return FALSE;
}

static void
hostel_application_activate (GApplication *application)
{
  HostelApplication *self = HOSTEL_APPLICATION (application);

  add_hosts (self, NULL);
  application_open (self);
}

static int
hostel_application_command_line (GApplication            *application,
                                 GApplicationCommandLine *command_line)
{
  HostelApplication *self = HOSTEL_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  const char *uri = NULL;
  const char *console = NULL;
  g_autofree const char **names = NULL;
  g_autoptr (GFile) file = NULL;
  HostelWindow *window;

  g_variant_dict_lookup (dict, "connect", "&s", &uri);
  g_variant_dict_lookup (dict, "console", "&s", &console);

  if (g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &names) && names[0] != NULL &&
      !check_files (command_line, names, &file))
    return EXIT_FAILURE;

  add_hosts (self, uri);

  window = application_open (self);
  if (file != NULL)
    hostel_window_open_file (window, file);
  if (console != NULL)
    hostel_window_open_console (window, console);

  return EXIT_SUCCESS;
}

static int
hostel_application_handle_local_options (GApplication *application,
                                         GVariantDict *dict)
{
  HostelApplication *self = HOSTEL_APPLICATION (application);
  gboolean version;

  if (g_variant_dict_lookup (dict, "version", "b", &version) && version)
    {
      g_print ("hostel %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }

  g_clear_pointer (&self->asked, g_free);
  g_variant_dict_lookup (dict, "connect", "s", &self->asked);

  return -1;
}

static void
about (GSimpleAction *action,
       GVariant      *parameter,
       gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (parent,
                         "application-name", _("Hostel"),
                         "application-icon", APPLICATION_ID,
                         "version", PACKAGE_VERSION,
                         "developer-name", _("The Hostel developers"),
                         "comments", _("Virtual machines from cloud images, with clicks"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

/* The windows of consoles first: what they show goes back to the main window, which may ask. */
static void
quit (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *iter = windows; iter != NULL; iter = iter->next)
    {
      if (!HOSTEL_IS_WINDOW (iter->data))
        gtk_window_close (iter->data);
    }
  gtk_window_close (GTK_WINDOW (ensure_window (user_data)));
}

/* A notification was pressed; the machine may be gone by now. */
static void
show_machine (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  HostelApplication *self = HOSTEL_APPLICATION (user_data);
  HostelWindow *window = application_open (self);
  HostelConnection *connection;
  HostelDomain *domain = NULL;
  const char *uri;
  const char *uuid;

  g_variant_get (parameter, "(&s&s)", &uri, &uuid);
  if ((connection = hostel_host_list_lookup (self->hosts, uri)) != NULL)
    domain = hostel_connection_lookup_uuid (connection, uuid);
  if (domain != NULL)
    hostel_window_show_overview (window, domain);
}

static const GActionEntry entries[] = {
  { .name = "show-machine", .parameter_type = "(ss)", .activate = show_machine },
  { .name = "about", .activate = about },
  { .name = "quit", .activate = quit },
};

/* The hosts come first: while they answer, GTK gets ready. */
static void
hostel_application_startup (GApplication *application)
{
  HostelApplication *self = HOSTEL_APPLICATION (application);
  const char * const none[] = { NULL };

  self->without_gl = hostel_application_choose_renderer ("/dev/dri");
  if ((g_application_get_flags (application) & G_APPLICATION_IS_SERVICE) == 0)
    {
      add_hosts (self, self->asked);
      hostel_host_list_open (self->hosts);
    }
  G_APPLICATION_CLASS (hostel_application_parent_class)->startup (application);

  hostel_focus_guard_install ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);

  /* Accelerators of an application come before the widget that has the keyboard, and would keep
   * keys from a console: those of the window, and GTK's own, are bound by HostelWindow instead. */
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "win.show-help-overlay", none);
}

static void
hostel_application_shutdown (GApplication *application)
{
  hostel_host_list_close (HOSTEL_APPLICATION (application)->hosts);

  G_APPLICATION_CLASS (hostel_application_parent_class)->shutdown (application);
}

static void
hostel_application_finalize (GObject *object)
{
  g_clear_object (&HOSTEL_APPLICATION (object)->hosts);
  g_free (HOSTEL_APPLICATION (object)->asked);

  G_OBJECT_CLASS (hostel_application_parent_class)->finalize (object);
}

static void
hostel_application_class_init (HostelApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = hostel_application_finalize;

  application_class->activate = hostel_application_activate;
  application_class->command_line = hostel_application_command_line;
  application_class->open = hostel_application_open_files;
  application_class->handle_local_options = hostel_application_handle_local_options;
  application_class->startup = hostel_application_startup;
  application_class->shutdown = hostel_application_shutdown;
}

static void
hostel_application_init (HostelApplication *self)
{
  self->hosts = hostel_host_list_new ();
  g_signal_connect_object (self->hosts, "items-changed",
                           G_CALLBACK (hosts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Virtual machines from cloud images, with clicks"));
}

/**
 * hostel_application_new:
 *
 * Returns: (transfer full): the application; a second one hands its command line to the first
 */
HostelApplication *
hostel_application_new (void)
{
  return g_object_new (HOSTEL_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/hostel/Hostel",
                       NULL);
}

/**
 * hostel_application_choose_renderer:
 * @dri_directory: /dev/dri
 *
 * Without a render node GL runs on the processor (llvmpipe): a start then takes more than twice as
 * long and the window seven times the memory. Drawing without GL is asked for there, unless the
 * person has chosen by GSK_RENDERER or GDK_DEBUG. To be called before GTK is initialized, while
 * no other thread reads the environment.
 *
 * Returns: whether GDK_DEBUG and GSK_RENDERER were set
 */
gboolean
hostel_application_choose_renderer (const char *dri_directory)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  if (g_getenv ("GSK_RENDERER") != NULL || g_getenv ("GDK_DEBUG") != NULL)
    return FALSE;

  directory = g_dir_open (dri_directory, 0, NULL);
  while (directory != NULL && (name = g_dir_read_name (directory)))
    {
      if (g_str_has_prefix (name, "renderD"))
        return FALSE;
    }

  /* The first alone keeps GL out; with the second GTK does not complain that there is none. */
  gdk_debug[0] = gsk_renderer[0] = 'G';
  putenv (gdk_debug);
  putenv (gsk_renderer);

  return TRUE;
}
