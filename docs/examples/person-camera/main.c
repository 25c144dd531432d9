/* main.c - says of each frame of the camera whether somebody is there.

   There is no frame in RAM: each line goes into the network's image as it
   comes. */
#include "camera.h"
#include "person.h"
#include "startup.h"

#ifndef PERSON_LINE_FORMAT_RGB565_BE
#error this camera sends RGB565, the high byte first
#endif
#if PERSON_LINE_WIDTH != 320 || PERSON_LINE_HEIGHT != 240
#error this camera is at QVGA
#endif

static uint8_t arena[PERSON_ARENA_BYTES]
    __attribute__((aligned(PERSON_ARENA_ALIGN)));
static int8_t scores[1][2]; /* nobody, a person; -128 is 0 and 128 would be 1 */

static int take_line(const uint8_t line[CAMERA_LINE]) {
  return person_line(line, arena);
}

static void print_percent(int score) {
  char text[] = "   %";
  int percent = ((score + 128) * 100 + 128) / 256, i;
  for (i = 2; i >= 0 && (percent || i == 2); --i) {
    text[i] = (char)('0' + percent % 10);
    percent /= 10;
  }
  print(text);
}

int main(void) {
  while (camera_begin()) {
    int line, person, done = 0;
    person_begin(arena);
    for (line = 0; line < CAMERA_HEIGHT; ++line)
      done = camera_next(take_line);
    if (done != 1 || person_infer(scores, arena) != 0) {
      print("no image\n");
      return 1;
    }
    person = scores[0][1] > scores[0][0];
    print(person ? "a person" : "nobody");
    print_percent(scores[0][person]);
    print("\n");
  }
  return 0;
}
