/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-download-private.h"
#include "hostel-error.h"
#include "hostel-http.h"
#include "http-server.h"
#include "wait.h"

#define SIZE (1024 * 1024 + 77)
#define TAG "\"one\""
/* That a server may take after the other end of a connection has gone. */
#define PATIENCE 60000

static char *folder; /* of this run, removed at its end */
static GBytes *body;
static char *body_sha256;
static char *body_sha512;

typedef struct
{
  HttpServer     *server;   /* owned */
  HostelDownload *download; /* owned */
  char           *path;     /* owned */
  GError         *error;    /* owned, nullable */
  gboolean        done;
  gboolean        whole;
} Case;

static void
case_clear (Case *self)
{
  hostel_download_discard (self->path);
  g_unlink (self->path);
  g_clear_error (&self->error);
  g_clear_object (&self->download);
  g_clear_pointer (&self->server, http_server_free);
  g_clear_pointer (&self->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static void
new_download (Case *self)
{
  g_autofree char *url = http_server_dup_url (self->server, "/image");

  g_clear_object (&self->download);
  g_clear_error (&self->error);
  self->done = FALSE;
  self->download = hostel_download_new (url, self->path);
  hostel_download_set_retry_delay (self->download, 1);
}

static void
begin (Case        *self,
       HttpHandler  handler,
       gpointer     user_data)
{
  self->server = http_server_new (body, handler, user_data, NULL);
  self->path = g_build_filename (folder, "image.qcow2", NULL);
  g_unlink (self->path);
  hostel_download_discard (self->path);
  new_download (self);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Case *self = user_data;

  self->whole = hostel_download_run_finish (HOSTEL_DOWNLOAD (source), result, &self->error);
  self->done = TRUE;
}

static void
run (Case *self)
{
  hostel_download_run_async (self->download, NULL, done_cb, self);
  ASSERT_WITHIN (self->done, PATIENCE);
}

static void
assert_whole (Case *self)
{
  g_autofree char *contents = NULL;
  g_autofree char *part = g_strconcat (self->path, ".part", NULL);
  g_autofree char *note = g_strconcat (self->path, ".part.ini", NULL);
  gsize length;

  g_assert_no_error (self->error);
  g_assert_true (self->whole);
  g_assert_true (g_file_get_contents (self->path, &contents, &length, NULL));
  g_assert_cmpmem (contents, length, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_cmpstr (hostel_download_get_sha256 (self->download), ==, body_sha256);
  g_assert_cmpint (hostel_download_get_state (self->download), ==, HOSTEL_DOWNLOAD_STATE_DONE);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (note, G_FILE_TEST_EXISTS));
}

static void
assert_failed (Case *self,
               int   code)
{
  g_assert_false (self->whole);
  g_assert_error (self->error, HOSTEL_ERROR, code);
  g_assert_nonnull (hostel_error_get_remedy (self->error));
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (hostel_download_get_state (self->download), ==, HOSTEL_DOWNLOAD_STATE_FAILED);
}

static void
add_header (HttpAnswer *answer,
            const char *name,
            const char *value)
{
  g_string_append_printf (answer->headers, "%s: %s\r\n", name, value);
}

static void
ignore_range (const HttpRequest *request,
              HttpAnswer        *answer)
{
  answer->status = 200;
  answer->offset = 0;
  answer->length = g_bytes_get_size (answer->body);
  answer->told = (gint64) answer->length;
}

/* As a server should. */
static void
good_cb (HttpServer        *server,
         const HttpRequest *request,
         HttpAnswer        *answer,
         gpointer           user_data)
{
  add_header (answer, "ETag", TAG);
  if (request->if_range != NULL && !g_str_equal (request->if_range, TAG))
    ignore_range (request, answer);
  if (answer->status == 206)
    g_string_append_printf (answer->headers, "Content-Range: bytes %" G_GSIZE_FORMAT "-%d/%d\r\n",
                            answer->offset, SIZE - 1, SIZE);
}

static void
test_good (void)
{
  g_auto (Case) self = { 0 };

  begin (&self, good_cb, NULL);
  hostel_download_set_digest (self.download, G_CHECKSUM_SHA512, body_sha512);
  run (&self);
  assert_whole (&self);
  g_assert_cmpuint (hostel_download_get_done (self.download), ==, SIZE);
  g_assert_cmpuint (hostel_download_get_total (self.download), ==, SIZE);
  g_assert_cmpstr (hostel_download_get_validator (self.download), ==, TAG);
}

/* The first answer ends after so many bytes of head and body. */
static void
cut_first_cb (HttpServer        *server,
              const HttpRequest *request,
              HttpAnswer        *answer,
              gpointer           user_data)
{
  good_cb (server, request, answer, NULL);
  if (request->number == 0)
    answer->cut = GPOINTER_TO_INT (user_data);
}

static void
test_cut_classes (void)
{
  /* Before anything, within the status line, the headers, the blank line, at the body's first byte,
   * within a piece, at the edge of one, at the last byte. */
  static const int cuts[] = {
    0, 1, 12, 20, 60, 90, 110, 200, 4096, 16384, 262143, 262144, 262145, SIZE - 1, SIZE, SIZE + 80,
  };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_auto (Case) self = { 0 };

      g_test_message ("cut after %d bytes", cuts[i]);
      begin (&self, cut_first_cb, GINT_TO_POINTER (cuts[i]));
      run (&self);
      assert_whole (&self);
      if (cuts[i] > 0)
        g_assert_cmpuint (http_server_get_requests (self.server), <=, 3);
    }
}

static void
cut_randomly_cb (HttpServer        *server,
                 const HttpRequest *request,
                 HttpAnswer        *answer,
                 gpointer           user_data)
{
  GRand *random = user_data;

  good_cb (server, request, answer, NULL);
  if (request->number < 200)
    answer->cut = g_rand_int_range (random, 0, 9000);
}

static void
test_200_cuts (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20240229);
  g_auto (Case) self = { 0 };
  guint runs = 0;

  begin (&self, cut_randomly_cb, random);
  do
    {
      /* Each run is a program that began anew: it gives up after some tries without a byte. */
      new_download (&self);
      run (&self);
      g_assert_true (self.whole || !g_file_test (self.path, G_FILE_TEST_EXISTS));
      runs++;
    }
  while (!self.whole && runs < 200);

  assert_whole (&self);
  g_assert_cmpuint (http_server_get_requests (self.server), >, 200);
}

/* How an answer is wrong. */
typedef enum
{
  WRONG_RANGE_START,
  WRONG_RANGE_TOTAL,
  WRONG_RANGE_NONE,
  WRONG_TAG,
  CHANGED,
  NO_RANGES,
  NO_VALIDATOR,
  WEAK_TAG,
  LONGER_TOLD,
  SHORTER_TOLD,
  LENGTH_UNKNOWN,
  GZIP,
  GZIP_CUT,
  DEFLATE,
  STATUS_404,
  STATUS_403,
  STATUS_503,
  STATUS_503_FOREVER,
  STATUS_416,
  REDIRECT,
  REDIRECT_LOOP,
  REDIRECT_NOWHERE,
} Wrong;

static GBytes *packed;

static void
answer_range_wrongly (Wrong        wrong,
                      HttpAnswer  *answer)
{
  const char *range = "bytes 5-1048652/1048653";

  if (wrong == WRONG_RANGE_TOTAL)
    {
      g_string_append_printf (answer->headers, "Content-Range: bytes %" G_GSIZE_FORMAT "-%d/%d\r\n",
                              answer->offset, SIZE, SIZE + 1);
      range = NULL;
    }
  if (wrong == WRONG_RANGE_START)
    answer->offset = 5;
  if (range != NULL && wrong != WRONG_RANGE_NONE)
    add_header (answer, "Content-Range", range);
  answer->length = SIZE - answer->offset;
  answer->told = (gint64) answer->length;
}

static void
redirect (const HttpRequest *request,
          HttpAnswer        *answer,
          const char        *location)
{
  answer->status = 302;
  answer->length = 0;
  answer->told = 0;
  add_header (answer, "Location", location);
}

static void
answer_packed (const HttpRequest *request,
               HttpAnswer        *answer,
               Wrong              wrong)
{
  ignore_range (request, answer);
  answer->body = packed;
  answer->length = g_bytes_get_size (packed);
  answer->told = (gint64) answer->length;
  add_header (answer, "Content-Encoding", wrong == DEFLATE ? "deflate" : "gzip");
  if (wrong == GZIP_CUT && request->number < 2)
    answer->cut = 30000;
}

static void
answer_status (const HttpRequest *request,
               HttpAnswer        *answer,
               guint              status)
{
  answer->status = status;
  answer->length = 10;
  answer->told = 10;
}

static void
wrong_cb (HttpServer        *server,
          const HttpRequest *request,
          HttpAnswer        *answer,
          gpointer           user_data)
{
  Wrong wrong = (Wrong) GPOINTER_TO_INT (user_data);
  gboolean first = request->number == 0;

  switch (wrong)
    {
    case WRONG_RANGE_START:
    case WRONG_RANGE_TOTAL:
    case WRONG_RANGE_NONE:
      add_header (answer, "ETag", TAG);
      if (answer->status == 206)
        answer_range_wrongly (wrong, answer);
      break;
    case WRONG_TAG:
      /* It took no notice of If-Range. */
      g_string_append_printf (answer->headers, "ETag: \"%u\"\r\nContent-Range: bytes %"
                              G_GSIZE_FORMAT "-%d/%d\r\n", MIN (request->number, 1u),
                              answer->offset, SIZE - 1, SIZE);
      break;
    case CHANGED:
      g_string_append_printf (answer->headers, "ETag: \"%u\"\r\n", request->number);
      ignore_range (request, answer);
      break;
    case NO_RANGES:
      add_header (answer, "ETag", TAG);
      add_header (answer, "Accept-Ranges", "none");
      ignore_range (request, answer);
      break;
    case NO_VALIDATOR:
      g_assert_cmpint (request->start, ==, -1);
      break;
    case WEAK_TAG:
      add_header (answer, "ETag", "W/" TAG);
      g_assert_cmpint (request->start, ==, -1);
      break;
    case LONGER_TOLD:
      add_header (answer, "ETag", TAG);
      answer->told += 100;
      first = FALSE;
      break;
    case SHORTER_TOLD:
      answer->told -= 100;
      first = FALSE;
      break;
    case LENGTH_UNKNOWN:
      answer->told = -1;
      first = FALSE;
      break;
    case GZIP:
    case GZIP_CUT:
    case DEFLATE:
      answer_packed (request, answer, wrong);
      return;
    case STATUS_404:
      answer_status (request, answer, 404);
      return;
    case STATUS_403:
      answer_status (request, answer, 403);
      return;
    case STATUS_503:
    case STATUS_503_FOREVER:
      if (wrong == STATUS_503 && request->number >= 2)
        break;
      answer_status (request, answer, 503);
      if (wrong == STATUS_503)
        add_header (answer, "Retry-After", first ? "1" : "Wed, 21 Oct 2015 07:28:00 GMT");
      return;
    case STATUS_416:
      good_cb (server, request, answer, NULL);
      if (answer->status == 206)
        answer_status (request, answer, 416);
      break;
    case REDIRECT:
      if (g_str_equal (request->path, "/image"))
        redirect (request, answer, "elsewhere?mirror=1");
      first = FALSE;
      break;
    case REDIRECT_LOOP:
      redirect (request, answer, g_str_equal (request->path, "/image") ? "/other" : "/image");
      return;
    case REDIRECT_NOWHERE:
      redirect (request, answer, "ftp://127.0.0.1/image");
      return;
    }

  if (first && answer->status == 200)
    answer->cut = 300000;
}

static const struct
{
  const char *what;
  Wrong       wrong;
  gboolean    with_digest;
  int         expected; /* -1: whole in the end, else a HostelError */
} wrongs[] = {
  { "another range than asked for", WRONG_RANGE_START, FALSE, -1 },
  { "a range of a longer file", WRONG_RANGE_TOTAL, FALSE, -1 },
  { "a range without saying which", WRONG_RANGE_NONE, FALSE, -1 },
  { "a range of another file", WRONG_TAG, FALSE, -1 },
  { "changed in the middle", CHANGED, FALSE, -1 },
  { "no ranges", NO_RANGES, FALSE, -1 },
  { "no validator", NO_VALIDATOR, FALSE, -1 },
  { "a weak validator", WEAK_TAG, FALSE, -1 },
  { "longer told than it is", LONGER_TOLD, FALSE, HOSTEL_ERROR_DISCONNECTED },
  { "shorter told than it is", SHORTER_TOLD, TRUE, HOSTEL_ERROR_INVALID },
  { "length not told, no digest", LENGTH_UNKNOWN, FALSE, HOSTEL_ERROR_UNSUPPORTED },
  { "length not told", LENGTH_UNKNOWN, TRUE, -1 },
  { "packed by gzip", GZIP, TRUE, -1 },
  { "packed by gzip and cut off", GZIP_CUT, FALSE, -1 },
  { "packed by something else", DEFLATE, FALSE, HOSTEL_ERROR_UNSUPPORTED },
  { "404", STATUS_404, FALSE, HOSTEL_ERROR_NOT_FOUND },
  { "403", STATUS_403, FALSE, HOSTEL_ERROR_DENIED },
  { "503 twice", STATUS_503, FALSE, -1 },
  { "503 for ever", STATUS_503_FOREVER, FALSE, HOSTEL_ERROR_FAILED },
  { "416", STATUS_416, FALSE, -1 },
  { "a redirect", REDIRECT, FALSE, -1 },
  { "a loop of redirects", REDIRECT_LOOP, FALSE, HOSTEL_ERROR_FAILED },
  { "a redirect to no web address", REDIRECT_NOWHERE, FALSE, HOSTEL_ERROR_INVALID },
};

static void
test_wrong (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (Case) self = { 0 };

  begin (&self, wrong_cb, GINT_TO_POINTER ((int) wrongs[i].wrong));
  if (wrongs[i].with_digest)
    hostel_download_set_digest (self.download, G_CHECKSUM_SHA256, body_sha256);
  run (&self);
  if (wrongs[i].expected < 0)
    assert_whole (&self);
  else
    assert_failed (&self, wrongs[i].expected);
}

static void
test_wrong_digest (void)
{
  g_auto (Case) self = { 0 };
  g_autofree char *digest = g_strdup (body_sha256);

  digest[0] = digest[0] == '0' ? '1' : '0';
  begin (&self, cut_first_cb, GINT_TO_POINTER (5000));
  hostel_download_set_digest (self.download, G_CHECKSUM_SHA256, digest);
  run (&self);
  assert_failed (&self, HOSTEL_ERROR_INVALID);
  g_assert_nonnull (strstr (hostel_error_get_details (self.error), body_sha256));
  g_assert_cmpuint (hostel_download_get_partial (self.path), ==, 0);
  /* Put together from two answers: once more in one go before it is believed to be wrong. */
  g_assert_cmpuint (http_server_get_requests (self.server), ==, 3);
}

static void
slow_cb (HttpServer        *server,
         const HttpRequest *request,
         HttpAnswer        *answer,
         gpointer           user_data)
{
  good_cb (server, request, answer, NULL);
  answer->pause_msec = 30;
}

static void
test_pause (void)
{
  g_auto (Case) self = { 0 };
  guint64 done;
  gboolean over = FALSE;

  begin (&self, slow_cb, NULL);
  hostel_download_run_async (self.download, NULL, done_cb, &self);
  ASSERT_WITHIN (hostel_download_get_done (self.download) > 100000, PATIENCE);
  hostel_download_pause (self.download);
  ASSERT_WITHIN (hostel_download_get_partial (self.path) > 0, PATIENCE);
  g_assert_cmpint (hostel_download_get_state (self.download), ==, HOSTEL_DOWNLOAD_STATE_PAUSED);

  /* Nothing comes meanwhile. */
  g_timeout_add (300, wait_stop, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  done = hostel_download_get_done (self.download);
  g_assert_cmpuint (http_server_get_requests (self.server), ==, 1);
  over = FALSE;
  g_timeout_add (300, wait_stop, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (hostel_download_get_done (self.download), ==, done);
  g_assert_false (self.done);

  hostel_download_resume (self.download);
  ASSERT_WITHIN (self.done, PATIENCE);
  assert_whole (&self);
  g_assert_cmpuint (http_server_get_requests (self.server), ==, 2);
}

/* Cancelled, and gone on with by what begins anew, as after the end of the program. */
static void
test_cancel_and_go_on (void)
{
  g_auto (Case) self = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint64 partial;

  begin (&self, slow_cb, NULL);
  hostel_download_run_async (self.download, cancellable, done_cb, &self);
  ASSERT_WITHIN (hostel_download_get_done (self.download) > 200000, PATIENCE);
  g_cancellable_cancel (cancellable);
  ASSERT_WITHIN (self.done, PATIENCE);
  g_assert_error (self.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (self.path, G_FILE_TEST_EXISTS));
  partial = hostel_download_get_partial (self.path);
  g_assert_cmpuint (partial, >, 0);
  g_assert_cmpuint (partial, <, SIZE);

  new_download (&self);
  run (&self);
  assert_whole (&self);
}

/* What a loss of power left behind the last note is not believed. */
static void
test_garbage_behind_the_note (void)
{
  g_auto (Case) self = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *part = NULL;
  g_autofree char *garbage = g_strnfill (50000, 'x');
  FILE *file;

  begin (&self, slow_cb, NULL);
  hostel_download_run_async (self.download, cancellable, done_cb, &self);
  ASSERT_WITHIN (hostel_download_get_done (self.download) > 100000, PATIENCE);
  g_cancellable_cancel (cancellable);
  ASSERT_WITHIN (self.done, PATIENCE);

  part = g_strconcat (self.path, ".part", NULL);
  file = fopen (part, "ab");
  g_assert_cmpuint (fwrite (garbage, 1, 50000, file), ==, 50000);
  fclose (file);
  new_download (&self);
  run (&self);
  assert_whole (&self);
  g_assert_cmpuint (http_server_get_requests (self.server), ==, 2);
}

static void
test_several_and_twice (void)
{
  g_auto (Case) first = { 0 };
  g_auto (Case) second = { 0 };
  Case same = { 0 };

  begin (&first, slow_cb, NULL);
  begin (&second, slow_cb, NULL);
  g_free (second.path);
  second.path = g_build_filename (folder, "new", "folder", "second.qcow2", NULL);
  new_download (&second);
  hostel_download_run_async (first.download, NULL, done_cb, &first);
  hostel_download_run_async (second.download, NULL, done_cb, &second);
  ASSERT_WITHIN (hostel_download_get_done (first.download) > 0, PATIENCE);

  same.server = first.server;
  same.path = first.path;
  new_download (&same);
  run (&same);
  g_assert_error (same.error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_clear_error (&same.error);
  g_clear_object (&same.download);

  ASSERT_WITHIN (first.done && second.done, PATIENCE);
  assert_whole (&first);
  assert_whole (&second);
}

static void
test_mirror (void)
{
  g_auto (Case) self = { 0 };
  g_autoptr (HttpServer) good = http_server_new (body, good_cb, NULL, NULL);
  g_autofree char *url = http_server_dup_url (good, "/mirror/image");

  begin (&self, wrong_cb, GINT_TO_POINTER (STATUS_404));
  hostel_download_add_mirror (self.download, url);
  run (&self);
  assert_whole (&self);
  g_assert_cmpuint (http_server_get_requests (good), ==, 1);
}

static void
huge_cb (HttpServer        *server,
         const HttpRequest *request,
         HttpAnswer        *answer,
         gpointer           user_data)
{
  answer->told = G_GINT64_CONSTANT (1) << 60;
}

static void
test_no_space (void)
{
  g_auto (Case) self = { 0 };

  begin (&self, huge_cb, NULL);
  run (&self);
  assert_failed (&self, HOSTEL_ERROR_NO_SPACE);
}

static void
downgrade_cb (HttpServer        *server,
              const HttpRequest *request,
              HttpAnswer        *answer,
              gpointer           user_data)
{
  if (user_data != NULL)
    redirect (request, answer, user_data);
  else
    good_cb (server, request, answer, NULL);
}

static void
test_https (void)
{
  g_autofree char *pem = g_test_build_filename (G_TEST_DIST, "fixtures", "server.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (pem, &error);
  g_autoptr (GTlsDatabase) trust = NULL;
  g_autoptr (HttpServer) plain = http_server_new (body, good_cb, NULL, NULL);
  g_autofree char *plain_url = http_server_dup_url (plain, "/image");

  g_assert_no_error (error);
  trust = g_tls_file_database_new (pem, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3; i++)
    {
      g_auto (Case) self = { 0 };

      self.server = http_server_new (body, downgrade_cb, i == 1 ? plain_url : NULL, certificate);
      self.path = g_build_filename (folder, "tls.qcow2", NULL);
      new_download (&self);
      if (i < 2)
        hostel_download_set_trust (self.download, trust);
      run (&self);
      if (i == 0)
        assert_whole (&self);
      else
        assert_failed (&self, HOSTEL_ERROR_DENIED);
    }
  g_assert_cmpuint (http_server_get_requests (plain), ==, 0);
}

static void
test_follow (void)
{
  static const struct { const char *base; const char *location; const char *expected; } cases[] = {
    { "https://a/b/c", "d", "https://a/b/d" },
    { "https://a/b/c", "/d", "https://a/d" },
    { "https://a/b", "//c/d", "https://c/d" },
    { "https://a/b", "https://c/d", "https://c/d" },
    { "http://a/b", "https://c/d", "https://c/d" },
    { "https://a/b", "http://a/b", NULL },
    { "https://a/b", "HTTP://a/b", NULL },
    { "https://a/b", "file:///etc/passwd", NULL },
    { "https://a/b", "data:text/plain,x", NULL },
    { "https://a/b", "https://", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *next = hostel_http_follow (cases[i].base, cases[i].location, NULL);

      g_test_message ("%s, %s", cases[i].base, cases[i].location);
      g_assert_cmpstr (next, ==, cases[i].expected);
    }
}

static GBytes *
make_body (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint8 *data = g_malloc (SIZE);

  for (gsize i = 0; i < SIZE; i++)
    data[i] = (guint8) g_rand_int_range (random, 0, 32);

  return g_bytes_new_take (data, SIZE);
}

static GBytes *
pack (void)
{
  g_autoptr (GZlibCompressor) deflater = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (memory, G_CONVERTER (deflater));
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (output, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
}

static void
remove_folder (void)
{
  const char *argv[] = { "rm", "-rf", folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

int
main (int    argc,
      char **argv)
{
  int status;

  folder = g_dir_make_tmp ("hostel-download-XXXXXX", NULL);
  g_test_init (&argc, &argv, NULL);
  body = make_body ();
  packed = pack ();
  body_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
  body_sha512 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA512, body);

  g_test_add_func ("/download/good", test_good);
  g_test_add_func ("/download/cut-classes", test_cut_classes);
  g_test_add_func ("/download/200-cuts", test_200_cuts);
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autofree char *path = g_strconcat ("/download/wrong/", wrongs[i].what, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_wrong);
    }
  g_test_add_func ("/download/wrong-digest", test_wrong_digest);
  g_test_add_func ("/download/pause", test_pause);
  g_test_add_func ("/download/cancel-and-go-on", test_cancel_and_go_on);
  g_test_add_func ("/download/garbage", test_garbage_behind_the_note);
  g_test_add_func ("/download/several-and-twice", test_several_and_twice);
  g_test_add_func ("/download/mirror", test_mirror);
  g_test_add_func ("/download/no-space", test_no_space);
  g_test_add_func ("/download/https", test_https);
  g_test_add_func ("/download/follow", test_follow);

  status = g_test_run ();
  remove_folder ();
  g_free (folder);
  g_free (body_sha256);
  g_free (body_sha512);
  g_bytes_unref (body);
  g_bytes_unref (packed);

  return status;
}
