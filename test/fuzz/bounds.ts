/** The most that judging one case may take. */

/** Of processor time, without what starting a process costs. */
export const MOST_MILLISECONDS = 1000;

/** In 1,000,000 bytes, resident at one time in a process. */
export const MOST_MEGABYTES = 300;
