/* Forges the answer that a request gave which is not about dedupe. */
void forge_disk(unsigned long request, void *argument, const char *forgery);
