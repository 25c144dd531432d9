/* startup.h - what main.c gets from startup.c. */
#ifndef STARTUP_H
#define STARTUP_H

/* To the terminal that QEMU or a debugger runs in. */
void print(const char *text);

int main(void);

#endif /* STARTUP_H */
