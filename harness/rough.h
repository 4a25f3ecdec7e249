/* Numbers that are only about right, in words. */
#ifndef TAPWEAVE_HARNESS_ROUGH_H
#define TAPWEAVE_HARNESS_ROUGH_H

enum { ROUGH_SIZE = 32 };

/* A number, with two digits: "1.2 million", "45 thousand", "230". */
const char *rough_number(double number, char text[ROUGH_SIZE]);

/* From one number to another that is not less: "1.2 to 4.5 million"; of bytes, 1 MB at the least:
 * "230 MB to 1.2 GB"; of seconds: "50 s to 3 min". */
const char *rough_numbers(double least, double most, char text[ROUGH_SIZE]);
const char *rough_bytes(double least, double most, char text[ROUGH_SIZE]);
const char *rough_time(double least, double most, char text[ROUGH_SIZE]);

#endif
