/* A flood of datagrams on the loopback, from as many senders as one wants.
 *
 *   flood PORT RATE SECONDS BASE:COUNT:HEX [BASE:COUNT:HEX ...]
 *
 * Sends RATE datagrams a second to 127.0.0.1:PORT, from each group in turn: group's next of COUNT
 * addresses, numbered from BASE as the bench numbers its devices, with the payload HEX. Prints how
 * many left and the processor seconds that took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST_GROUPS = 16, MOST_OCTETS = 2048, BATCH = 64, A_BLOCK = 254 };

struct group {
    uint32_t base;
    unsigned count, next;
    size_t size;
    unsigned char payload[MOST_OCTETS];
};

static struct group groups[MOST_GROUPS];

static int read_group(struct group *group, const char *text)
{
    char base[64];
    int at = 0;
    if (sscanf(text, "%63[^:]:%u:%n", base, &group->count, &at) != 2 || at == 0 || !group->count)
        return -1;
    struct in_addr address;
    if (inet_pton(AF_INET, base, &address) != 1)
        return -1;
    group->base = ntohl(address.s_addr);
    for (const char *hex = text + at; hex[0] && hex[1] && group->size < MOST_OCTETS; hex += 2) {
        unsigned octet;
        if (sscanf(hex, "%2x", &octet) != 1)
            return -1;
        group->payload[group->size++] = (unsigned char)octet;
    }
    return group->size ? 0 : -1;
}

static double seconds(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 5 || argc - 4 > MOST_GROUPS) {
        fprintf(stderr, "flood PORT RATE SECONDS BASE:COUNT:HEX ...\n");
        return 2;
    }
    int kinds = argc - 4;
    for (int n = 0; n < kinds; n++)
        if (read_group(&groups[n], argv[4 + n]) != 0) {
            fprintf(stderr, "no group: %s\n", argv[4 + n]);
            return 2;
        }
    double rate = atof(argv[2]), lasts = atof(argv[3]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) {
        perror("socket");
        return 1;
    }
    static struct mmsghdr messages[BATCH];
    static struct iovec pieces[BATCH];
    static union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
    } controls[BATCH];
    uint64_t sent = 0, turn = 0;
    double began = seconds(CLOCK_MONOTONIC), now;
    while ((now = seconds(CLOCK_MONOTONIC) - began) < lasts) {
        uint64_t due = (uint64_t)(now * rate);
        if (due > sent + (uint64_t)rate) /* we were held up: nobody floods in arrears */
            sent = due - BATCH;
        while (sent < due) {
            int some = due - sent < BATCH ? (int)(due - sent) : BATCH;
            for (int n = 0; n < some; n++) {
                struct group *group = &groups[turn++ % (uint64_t)kinds];
                unsigned number = group->next++ % group->count;
                uint32_t from = group->base + (number / A_BLOCK << 8) + number % A_BLOCK + 1;
                pieces[n].iov_base = group->payload;
                pieces[n].iov_len = group->size;
                memset(&controls[n], 0, sizeof controls[n]);
                struct msghdr *head = &messages[n].msg_hdr;
                memset(head, 0, sizeof *head);
                head->msg_name = &to;
                head->msg_namelen = sizeof to;
                head->msg_iov = &pieces[n];
                head->msg_iovlen = 1;
                head->msg_control = controls[n].room;
                head->msg_controllen = sizeof controls[n].room;
                struct cmsghdr *control = CMSG_FIRSTHDR(head);
                control->cmsg_level = IPPROTO_IP;
                control->cmsg_type = IP_PKTINFO;
                control->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
                struct in_pktinfo *info = (struct in_pktinfo *)(void *)CMSG_DATA(control);
                info->ipi_spec_dst.s_addr = htonl(from);
            }
            int gone = sendmmsg(sock, messages, (unsigned)some, 0);
            if (gone <= 0)
                break;
            sent += (uint64_t)gone;
        }
        struct timespec rest = {0, 1000000};
        nanosleep(&rest, NULL);
    }
    printf("%llu %.3f\n", (unsigned long long)sent, seconds(CLOCK_PROCESS_CPUTIME_ID));
    return 0;
}
