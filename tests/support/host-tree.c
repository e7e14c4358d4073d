/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "host-tree.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* The words of a part or a case, one a line:
 *   with PART...             what those parts say
 *   file PATH                followed by its lines, each behind a "|"
 *   dir PATH, exec PATH      a directory, a program
 *   link PATH TARGET         a symbolic link
 *   listen PATH, stale PATH  a socket with somebody behind it, and without
 *   chmod MODE PATH, remove PATH
 *   deny PATH                this user may not use it
 *   machine NAME             as uname -m
 *   user NAME UID GID...     with all groups of the login
 *   kvm WORD                 ok, absent, denied, busy, wrong
 *   space BYTES TYPE INODES ALL, or: space timeout
 *   now SECONDS
 * All else is for the test. */

static GStrv
load_lines (const char *directory,
            const char *file)
{
  g_autofree char *path = g_build_filename (directory, file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return g_strsplit (text, "\n", -1);
}

char *
host_tree_place (HostTree   *tree,
                 const char *path)
{
  char *file = g_build_filename (tree->root, path, NULL);
  g_autofree char *parent = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);

  return file;
}

static void
append (HostTree   *tree,
        const char *path,
        const char *line,
        gboolean    truncate)
{
  g_autofree char *file = host_tree_place (tree, path);
  FILE *stream = fopen (file, truncate ? "w" : "a");

  g_assert_nonnull (stream);
  if (line != NULL)
    fprintf (stream, "%s\n", line);
  g_assert_cmpint (fclose (stream), ==, 0);
}

static void
remove_path (HostTree   *tree,
             const char *path)
{
  g_autofree char *file = g_build_filename (tree->root, path, NULL);
  const char *argv[] = { "rm", "-rf", file, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
set_user (HostTree *tree,
          GStrv     words)
{
  tree->system.user = g_intern_string (words[1]);
  tree->system.uid = (uid_t) g_ascii_strtoull (words[2], NULL, 10);
  g_array_set_size (tree->groups, 0);
  for (guint i = 3; words[i]; i++)
    {
      gid_t gid = (gid_t) g_ascii_strtoull (words[i], NULL, 10);

      g_array_append_val (tree->groups, gid);
    }
}

static void
set_space (HostTree *tree,
           GStrv     words)
{
  tree->space_hangs = g_str_equal (words[1], "timeout");
  if (tree->space_hangs)
    return;

  tree->space.available = g_ascii_strtoull (words[1], NULL, 10);
  tree->space.total = G_MAXINT64;
  tree->space.type = g_ascii_strtoull (words[2], NULL, 10);
  tree->space.inodes_free = g_ascii_strtoull (words[3], NULL, 10);
  tree->space.inodes = g_ascii_strtoull (words[4], NULL, 10);
}

static void
put_socket (HostTree   *tree,
            const char *path,
            gboolean    listening)
{
  g_autofree char *line =
    g_strdup_printf ("0000000000000000: 00000002 00000000 00010000 0001 01 10009 %s", path);

  append (tree, path, NULL, TRUE);
  append (tree, "/proc/net/unix", listening ? line : "Num RefCount Protocol Flags Type St Inode Path",
          FALSE);
}

static gboolean
apply_file_word (HostTree *tree,
                 GStrv     words)
{
  g_autofree char *file = words[1] && *words[1] == '/' ? host_tree_place (tree, words[1]) : NULL;

  if (g_str_equal (words[0], "file"))
    append (tree, words[1], NULL, TRUE);
  else if (g_str_equal (words[0], "dir"))
    g_assert_cmpint (g_mkdir_with_parents (file, 0755), ==, 0);
  else if (g_str_equal (words[0], "link"))
    g_assert_cmpint (symlink (words[2], file), ==, 0);
  else if (g_str_equal (words[0], "listen") || g_str_equal (words[0], "stale"))
    put_socket (tree, words[1], g_str_equal (words[0], "listen"));
  else if (g_str_equal (words[0], "remove"))
    remove_path (tree, words[1]);
  else if (g_str_equal (words[0], "exec"))
    {
      append (tree, words[1], "#!/bin/sh", TRUE);
      g_assert_cmpint (g_chmod (file, 0755), ==, 0);
    }
  else
    return FALSE;

  return TRUE;
}

static void
apply_word (HostTree   *tree,
            GStrv       words,
            const char *line)
{
  if (apply_file_word (tree, words))
    return;

  if (g_str_equal (words[0], "chmod"))
    {
      g_autofree char *file = host_tree_place (tree, words[2]);

      g_assert_cmpint (g_chmod (file, (int) g_ascii_strtoull (words[1], NULL, 8)), ==, 0);
    }
  else if (g_str_equal (words[0], "deny"))
    g_hash_table_add (tree->denied, g_strdup (words[1]));
  else if (g_str_equal (words[0], "machine"))
    tree->system.machine = g_intern_string (words[1]);
  else if (g_str_equal (words[0], "user"))
    set_user (tree, words);
  else if (g_str_equal (words[0], "kvm"))
    {
      g_free (tree->kvm);
      tree->kvm = g_strdup (words[1]);
    }
  else if (g_str_equal (words[0], "space"))
    set_space (tree, words);
  else if (g_str_equal (words[0], "now"))
    tree->system.now = g_ascii_strtoll (words[1], NULL, 10);
  else
    g_ptr_array_add (tree->expected, g_strdup (line));
}

static void apply_block (HostTree   *tree,
                         const char *directory,
                         const char *file,
                         const char *heading);

static void
apply_line (HostTree   *tree,
            const char *directory,
            const char *line,
            char      **last)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (*line == '\0' || *line == '#')
    return;

  if (*line == '|')
    append (tree, *last, line + 1, FALSE);
  else if (g_str_equal (words[0], "with"))
    for (guint i = 1; words[i]; i++)
      {
        g_autofree char *part = g_strconcat ("part ", words[i], NULL);

        apply_block (tree, directory, "parts", part);
      }
  else
    {
      apply_word (tree, words, line);
      g_free (*last);
      *last = g_strdup (words[1]);
    }
}

static void
apply_block (HostTree   *tree,
             const char *directory,
             const char *file,
             const char *heading)
{
  g_auto (GStrv) lines = load_lines (directory, file);
  g_autofree char *last = NULL;
  gboolean inside = FALSE;
  gboolean found = FALSE;

  for (guint i = 0; lines[i]; i++)
    {
      if (g_str_has_prefix (lines[i], "part ") || g_str_has_prefix (lines[i], "case "))
        {
          inside = g_str_equal (lines[i], heading);
          found |= inside;
        }
      else if (inside)
        apply_line (tree, directory, lines[i], &last);
    }

  if (!found)
    g_error ("no “%s” in %s", heading, file);
}

static int
tree_access (const HostelHostSystem *system,
             const char             *path,
             int                     mode)
{
  HostTree *tree = system->data;
  g_autofree char *file = g_build_filename (tree->root, path, NULL);

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return ENOENT;

  return g_hash_table_contains (tree->denied, path) ? EACCES : 0;
}

static void
tree_kvm (const HostelHostSystem *system,
          HostelHostKvm          *kvm)
{
  HostTree *tree = system->data;

  kvm->version = 12;
  if (g_str_equal (tree->kvm, "absent"))
    kvm->open_code = ENOENT;
  else if (g_str_equal (tree->kvm, "denied"))
    kvm->open_code = EACCES;
  else if (g_str_equal (tree->kvm, "busy"))
    kvm->create_code = EBUSY;
  else if (g_str_equal (tree->kvm, "wrong"))
    kvm->version = -1;
  else
    g_assert_cmpstr (tree->kvm, ==, "ok");
}

static int
tree_space (const HostelHostSystem *system,
            const char             *path,
            HostelHostSpace        *space)
{
  HostTree *tree = system->data;

  *space = tree->space;

  return tree->space_hangs ? ETIMEDOUT : 0;
}

GPtrArray *
host_tree_load_cases (const char *directory)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = load_lines (directory, "cases");

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], "case "))
      g_ptr_array_add (names, g_strdup (lines[i] + strlen ("case ")));

  return names;
}

HostTree *
host_tree_new (const char *directory,
               const char *name)
{
  HostTree *tree = g_new0 (HostTree, 1);
  g_autofree char *heading = g_strconcat ("case ", name, NULL);

  tree->name = g_strdup (name);
  tree->root = g_dir_make_tmp ("hostel-host-XXXXXX", NULL);
  tree->kvm = g_strdup ("ok");
  tree->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tree->groups = g_array_new (FALSE, FALSE, sizeof (gid_t));
  tree->expected = g_ptr_array_new_with_free_func (g_free);
  tree->system.root = tree->root;
  tree->system.machine = "x86_64";
  tree->system.user = "alice";
  tree->system.home = "/home/alice";
  tree->system.runtime_dir = "/run/user/1000";
  tree->system.data_dir = "/home/alice/.local/share";
  tree->system.config_dir = "/home/alice/.config";
  tree->system.uid = 1000;
  tree->system.access = tree_access;
  tree->system.kvm = tree_kvm;
  tree->system.space = tree_space;
  tree->system.data = tree;

  apply_block (tree, directory, "cases", heading);
  tree->system.groups = (gid_t *) (gpointer) tree->groups->data;
  tree->system.n_groups = tree->groups->len;

  return tree;
}

void
host_tree_free (HostTree *tree)
{
  remove_path (tree, "/");
  g_free (tree->name);
  g_free (tree->root);
  g_free (tree->kvm);
  g_hash_table_unref (tree->denied);
  g_array_unref (tree->groups);
  g_ptr_array_unref (tree->expected);
  g_free (tree);
}
